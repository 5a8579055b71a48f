from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import uid, write_series
from vcfimg.loaders import scan


@pytest.mark.parametrize("keyword", ["ImagePositionPatient", "PixelSpacing", "FrameOfReferenceUID"])
def test_the_images_without_geometry_are_counted_and_one_is_named(tmp_path: Path, keyword: str) -> None:
    def spoil(dataset: Dataset, number: int) -> None:
        if number == 2:
            del dataset[keyword]

    write_series(tmp_path, change=spoil)
    (problem,) = scan(tmp_path).studies[0].series[0].problems
    assert problem.code == "missing_geometry"
    assert f"in 1 of 5 images (instance {uid(uid('study'), 'instance', 't2', 2)})" in problem.text


def test_all_images_without_geometry_are_said_to_be_all(tmp_path: Path) -> None:
    write_series(tmp_path, ImagePositionPatient=None)
    (problem,) = scan(tmp_path).studies[0].series[0].problems
    assert "in all 5 images" in problem.text


@pytest.mark.parametrize(
    ("keyword", "value", "code"), [("Rows", 30, "mixed_size"), ("PixelSpacing", [9, 8], "mixed_spacing")]
)
def test_the_odd_image_is_named(tmp_path: Path, keyword: str, value: object, code: str) -> None:
    def spoil(dataset: Dataset, number: int) -> None:
        if number == 0:
            setattr(dataset, keyword, value)

    write_series(tmp_path, change=spoil)
    (problem,) = scan(tmp_path).studies[0].series[0].problems
    assert problem.code == code
    assert uid(uid("study"), "instance", "t2", 0) in problem.text


def test_rounded_pixel_spacing_is_no_other_spacing(tmp_path: Path) -> None:
    def rounded(dataset: Dataset, number: int) -> None:
        dataset.PixelSpacing = [9, 9 + 0.001 * number]

    write_series(tmp_path, change=rounded)
    assert scan(tmp_path).studies[0].series[0].problems == ()
