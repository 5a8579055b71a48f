"""The rooms of the house: who may import whom, and what things may be called."""

from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

from tests.import_graph import Imports, circles, read_imports

ROOT: Final = Path(__file__).parents[1]

LATER_STAGES: Final = ("vcfimg.recommendation", "vcfimg.reports", "vcfimg.screening.screen")
"""What follows the images: the rooms that read them know nothing of it."""

REPEATED_NAMES: Final[dict[str, int]] = {"policy": 2, "screen": 2, "worklist": 2}
"""Base names that may occur more than once, and how often: a command is named like the noun or verb it runs."""


@pytest.fixture(scope="module")
def imports() -> Imports:
    return read_imports(ROOT, "vcfimg", "pipelines")


def listed(found: list[str]) -> str:
    return "\n" + "\n".join(found)


def test_no_circle_of_files(imports: Imports) -> None:
    found = circles(imports.arrows)
    assert not found, listed(found)


def test_no_circle_of_sibling_folders(imports: Imports) -> None:
    packages = [name for name in imports.files if imports.is_package(name)]
    found = [f"in {package}: {circle}" for package in packages for circle in circles(imports.siblings(package))]
    assert not found, listed(found)


@pytest.mark.parametrize("room", ["vcfimg.imaging", "vcfimg.loaders"])
def test_first_rooms_know_nothing_of_the_last(imports: Imports, room: str) -> None:
    found = [arrow for later in LATER_STAGES for arrow in imports.reaching(room, later)]
    assert not found, listed(found)


def test_library_knows_nothing_of_the_pipelines(imports: Imports) -> None:
    found = imports.reaching("vcfimg", "pipelines")
    assert not found, listed(found)


def test_one_module_imports_onnxruntime() -> None:
    """Each other one would have to switch its telemetry off again."""
    everything = read_imports(ROOT, "vcfimg", "pipelines", "tests")
    found = [name for name, outside in everything.outside.items() if any(_top(one) == "onnxruntime" for one in outside)]
    assert found == ["vcfimg.imaging.networks.onnx_runtime"]


def test_module_and_folder_share_no_name(imports: Imports) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in imports.files.values()
        if path.name != "__init__.py" and path.with_suffix("").is_dir()
    ]
    assert not found, listed(found)


def test_base_names_occur_once(imports: Imports) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in imports.files.values():
        if path.name != "__init__.py":
            places[path.stem].append(str(path.relative_to(ROOT)))
    found = [
        f"{name}: {', '.join(where)}"
        for name, where in sorted(places.items())
        if len(where) > REPEATED_NAMES.get(name, 1)
    ]
    assert not found, listed(found)


def test_table_of_repeated_names_is_not_longer_than_needed(imports: Imports) -> None:
    stems = [path.stem for path in imports.files.values()]
    assert {name: stems.count(name) for name in REPEATED_NAMES} == REPEATED_NAMES


def _top(name: str) -> str:
    return name.split(".")[0]


class TestTheReading:
    """The checks see what they are meant to see."""

    def test_late_imports_count_and_typing_ones_stand_apart(self, tmp_path: Path) -> None:
        write(tmp_path, "a/__init__", "")
        write(tmp_path, "a/one", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.two import X\n")
        write(tmp_path, "a/two", "def late():\n    from a import one\n    import numpy\n")
        found = read_imports(tmp_path, "a")
        assert dict(found.arrows) == {"a.two": {"a.one"}}
        assert dict(found.typing_arrows) == {"a.one": {"a.two"}}
        assert "numpy" in found.outside["a.two"]
        assert circles(found.arrows) == []

    def test_circle_through_a_lazy_face_is_seen(self, tmp_path: Path) -> None:
        face = "if TYPE_CHECKING:\n    from a.b.deep import X\ndef __getattr__(name): ..."
        write(tmp_path, "a/__init__", "")
        write(tmp_path, "a/b/__init__", face)
        write(tmp_path, "a/b/deep", "from a.c.other import Y")
        write(tmp_path, "a/c/__init__", "")
        write(tmp_path, "a/c/other", "from a.b import X")
        found = read_imports(tmp_path, "a")
        assert circles(found.arrows) == ["a.b → a.b.deep → a.c.other → a.b"]
        assert circles(found.siblings("a")) == ["a.b → a.c → a.b"]

    def test_folders_can_go_in_a_circle_where_files_do_not(self, tmp_path: Path) -> None:
        for name, code in {
            "a/__init__": "",
            "a/b/__init__": "",
            "a/b/one": "from ..c import one",
            "a/b/two": "",
            "a/c/__init__": "",
            "a/c/one": "",
            "a/c/two": "from a.b.two import X",
        }.items():
            write(tmp_path, name, code)
        found = read_imports(tmp_path, "a")
        assert found.arrows["a.b.one"] == {"a.c.one"}
        assert circles(found.arrows) == []
        assert circles(found.siblings("a")) == ["a.b → a.c → a.b"]
        assert found.reaching("a.b", "a.c") == ["a.b.one → a.c.one"]


def write(folder: Path, name: str, code: str) -> None:
    path = folder / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
