import io
from pathlib import Path

import imageio.v3 as imageio
import pytest

from tests.reports import examples
from tests.reports.page_reader import Page
from vcfimg.errors import ReportError
from vcfimg.reports import read_result, write


def test_a_study_gets_its_folder_and_files(tmp_path: Path, figures) -> None:
    written = examples.written(examples.result(), tmp_path, figures=figures)
    folder = tmp_path / "studies" / "1.2.826.1.1"
    assert set(written) == {"result.json", "report.html", "thumbnail.jpg"}
    assert {path.name for path in folder.iterdir()} == {*written, "figures.json"}
    assert read_result(folder) == examples.result()


@pytest.mark.parametrize("uid", ["..", ".", "../../x", "/etc/passwd", "", "a" * 300, "1.2\x00"])
def test_a_hostile_uid_stays_inside_the_output_folder(tmp_path: Path, uid: str) -> None:
    out = tmp_path / "out"
    write(examples.result(study=examples.study(uid)), out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    (folder,) = (out / "studies").iterdir()
    assert folder.name.startswith("sha256-")


def test_no_file_is_named_after_the_patient(tmp_path: Path, figures) -> None:
    examples.written(examples.result(), tmp_path, figures=figures)
    assert not [path for path in tmp_path.rglob("*") if "PAT" in path.name or "ACC" in path.name]


def test_json_alone_writes_no_page(tmp_path: Path, figures) -> None:
    assert set(examples.written(examples.result(), tmp_path, formats=("json",), figures=figures)) == {"result.json"}


def test_an_unavailable_format_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        write(examples.result(), tmp_path, formats=("json", "nifti"))
    assert caught.value.code == "format_not_available"
    assert list(tmp_path.iterdir()) == []


def test_a_redecided_study_keeps_its_pictures(tmp_path: Path, figures) -> None:
    examples.written(examples.result(), tmp_path, figures=figures)
    written = write(examples.result(clinical=None), tmp_path)
    assert len(Page(written["report.html"].read_text("utf-8")).named("img")) == 2


@pytest.mark.parametrize("change", [{"inputs_sha256": "00" * 32}, {"inputs_sha256": None}, {"segmenter": None}])
def test_pictures_of_other_images_are_not_shown(tmp_path: Path, figures, change: dict) -> None:
    examples.written(examples.result(), tmp_path, figures=figures)
    written = write(examples.result(provenance=examples.provenance(**change)), tmp_path)
    assert not Page(written["report.html"].read_text("utf-8")).named("img")
    assert not (tmp_path / "studies" / "1.2.826.1.1" / "thumbnail.jpg").exists()


def test_a_broken_picture_file_costs_only_the_pictures(tmp_path: Path, figures) -> None:
    examples.written(examples.result(), tmp_path, figures=figures)
    (tmp_path / "studies" / "1.2.826.1.1" / "figures.json").write_text("{")
    assert "No pictures were kept" in write(examples.result(), tmp_path)["report.html"].read_text("utf-8")


def test_the_thumbnail_is_small_and_marks_the_collapse(tmp_path: Path, figures) -> None:
    written = examples.written(examples.result(), tmp_path, figures=figures)
    image = imageio.imread(io.BytesIO(written["thumbnail.jpg"].read_bytes())).astype(int)
    assert image.shape[0] == 176
    assert written["thumbnail.jpg"].stat().st_size < 20_000
    orange = (image[..., 0] - image[..., 2] > 80).sum()
    assert orange > 50


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, figures) -> None:
    first = {
        name: path.read_bytes() for name, path in examples.written(examples.result(), tmp_path, figures=figures).items()
    }
    again = {
        name: path.read_bytes() for name, path in examples.written(examples.result(), tmp_path, figures=figures).items()
    }
    assert first == again
