"""What a format of another package costs when it is broken: itself, never the study or the other formats."""

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Settings
from pipelines.batch.run_batch import Summary
from pipelines.batch.run_folders import run_folders
from tests.phantom_oracle import PATIENT, Phantom
from tests.reports import examples
from vcfimg.errors import ReportError
from vcfimg.policy import load_policy
from vcfimg.reports import check_formats, keep, read_result, write
from vcfimg.result import ScreeningResult
from vcfimg.screening import examine

AS_OF = datetime.date(2026, 1, 10)

CLASS = """
from pathlib import Path
from vcfimg.reports.formats.writer import Writer


class FaultyWriter(Writer):
    format = "faulty"
    files = ("faulty.txt",)
    kept_files = ("faulty.kept",)

    def write(self, result, folder):
        (folder / "faulty.txt").write_text("written")
        return (folder / "faulty.txt",)

    def keep(self, examination, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "faulty.kept").write_text("kept")
"""

RAISES = f"        raise RuntimeError({PATIENT.name!r})\n"
KEEP_FAILS = CLASS + RAISES
WRITE_FAILS = CLASS.replace("        return (", RAISES + "        return (")

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Install:
    """Announce the format ``faulty``, its module holding the source given."""
    monkeypatch.setattr(os, "environ", os.environ.copy())

    def announce(source: str) -> None:
        site = tmp_path / "site"
        info = site / "faulty_format-1.0.dist-info"
        info.mkdir(parents=True)
        module = f"faulty_format_{abs(hash(request.node.nodeid))}"
        (site / f"{module}.py").write_text(source)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty-format\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[vcfimg.writers]\nfaulty = {module}:FaultyWriter\n")
        monkeypatch.syspath_prepend(str(site))

    return announce


def screen(phantom: Phantom, out: Path, *formats: str) -> tuple[Summary, ScreeningResult]:
    settings = Settings(out, load_policy(), AS_OF, formats=check_formats(formats), segmenter=phantom)
    summary = run_folders([phantom.folder], settings, executor=InThisProcess())
    (study,) = (out / "studies").iterdir()
    return summary, read_result(study)


@pytest.mark.parametrize("source", ["import no_such_package", CLASS.replace('"faulty"', '"other"')])
def test_package_that_cannot_be_loaded_costs_its_own_format(install: Install, tmp_path: Path, source: str) -> None:
    install(source)
    with pytest.raises(ReportError, match="the package of 'faulty' cannot be loaded") as caught:
        check_formats(["json", "faulty"])
    assert caught.value.code == "format_not_available"
    assert set(write(examples.result(), tmp_path / "out", formats=("html",))) == {"result.json", "report.html"}


def test_format_says_what_it_lacks(install: Install) -> None:
    install(CLASS + "\n    def unavailable(self):\n        return 'install another-package'\n")
    with pytest.raises(ReportError, match="'faulty'; install another-package") as caught:
        check_formats(["faulty"])
    assert caught.value.code == "format_not_available"


def test_images_that_cannot_be_kept_cost_the_format_and_are_looked_at_again(
    install: Install, phantom: Phantom, tmp_path: Path
) -> None:
    install(KEEP_FAILS)
    out = tmp_path / "out"
    summary, result = screen(phantom, out, "faulty")
    assert (result.status, dict(summary.by_status)) == ("ok", {"ok": 1})
    (note,) = [note for note in result.image_notes if note.code == "images_not_kept"]
    assert PATIENT.name not in note.text
    assert not list(out.rglob("faulty.kept")), "half of what was kept"
    again, _ = screen(phantom, out, "faulty")
    assert dict(again.by_action) == {"screened": 1}


def test_format_that_cannot_be_written_leaves_a_failed_result(
    install: Install, phantom: Phantom, tmp_path: Path
) -> None:
    install(WRITE_FAILS)
    summary, result = screen(phantom, tmp_path / "out", "json", "faulty")
    assert dict(summary.by_status) == {"failed": 1}
    assert result.failure is not None
    assert result.failure.code == "write_failed"
    assert "RuntimeError" in result.failure.message
    assert PATIENT.name not in result.failure.message


def test_what_was_kept_of_an_earlier_look_goes_with_the_next(
    install: Install, phantom: Phantom, tmp_path: Path
) -> None:
    install(CLASS)
    seen = examine(phantom.folder, segmenter=phantom, as_of=AS_OF)
    keep(seen, tmp_path / "out", formats=("faulty", "html"))
    kept = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert kept == {"faulty.kept", "figures.json"}
    assert keep(seen, tmp_path / "out", formats=("json",)) == ()
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
