import csv
import os
from pathlib import Path

import pytest

from pipelines.sources.skipped_files import SkippedRow, assign_skipped, skipped_rows, write_skipped
from vcfimg.loaders.study import Frame, Header, ScanResult, Series, SkippedFile, Study


def study(uid: str, *paths: str) -> Study:
    frames = tuple(Frame(path, f"{uid}.{number}", None) for number, path in enumerate(paths))
    return Study(uid, (Series(uid, f"{uid}.9", frames, Header()),))


def assigned(*skipped: str) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    studies = (study("1", "/in/a/t2/1.dcm", "/in/a/stir/1.dcm"), study("2", "/in/b/1.dcm"), study("3", "/in/b/2.dcm"))
    return assign_skipped(ScanResult(studies, tuple(SkippedFile(path, "not_dicom") for path in skipped)))


def test_file_beside_or_above_the_images_belongs_to_the_study():
    assert assigned("/in/a/t2/x", "/in/a/x", "/in/a/notes/deep/x") == ({"1": {"not_dicom": 3}}, {})


def test_file_between_studies_belongs_to_none():
    assert assigned("/in/x", "/in/b/x", "/in/c/x", "/elsewhere/x") == ({}, {"not_dicom": 4})


@pytest.mark.parametrize(
    ("inputs", "path", "row"),
    [
        (["/in"], "/in/a/x.txt", ("/in", "a/x.txt")),
        (["/in", "/in/a"], "/in/a/x.txt", ("/in/a", "x.txt")),
        (["/in/x.txt"], "/in/x.txt", ("/in/x.txt", "x.txt")),
        (["export"], os.path.abspath("export/x.txt"), ("export", "x.txt")),
        (["/in"], "/elsewhere/x.txt", ("", "/elsewhere/x.txt")),
    ],
)
def test_file_is_named_below_its_input(inputs: list[str], path: str, row: tuple[str, str]):
    (found,) = skipped_rows([SkippedFile(path, "not_dicom")], [Path(one) for one in inputs])
    assert found == (*row, "not_dicom")


def test_table_is_safe_in_a_spreadsheet(tmp_path: Path):
    names = ["=HYPERLINK(1)", "a, b", "\udcff"]
    write_skipped(tmp_path, [SkippedRow("/in", name, "empty_file") for name in names])
    with (tmp_path / "skipped.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["path"] for row in rows] == ["'=HYPERLINK(1)", "a, b", "\\udcff"]
    assert {row["reason"] for row in rows} == {"empty_file"}
