"""A made-up contrast as a patch: a role, a rule and a painted sequence, and the whole chain has it."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.additions.patched_tree import PatchedTree, patched_tree

MOST_FILES: Final = 6

WRITE: Final = """
import sys
from pathlib import Path
from pipelines.phantom_files import StudyRecipe, write_recipe
from vcfimg.phantom import SpineSpec
from vcfimg.phantom.dicom import PhantomPatient

scan = {"slices": 7, "size": (256, 176), "pixel_mm": 1.15, "gap_mm": 4.4, "thickness_mm": 4.0}
write_recipe(StudyRecipe("study", SpineSpec(seed=5), PhantomPatient(), ("t2_star",), scan=scan), Path(sys.argv[1]))
"""
"""One T2* series of a small matrix."""


@pytest.fixture(scope="module")
def patched(tmp_path_factory: pytest.TempPathFactory) -> PatchedTree:
    return patched_tree("contrast.patch", tmp_path_factory.mktemp("patched"))


@pytest.fixture(scope="module")
def screened(patched: PatchedTree, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the one study, screened with the embedded network."""
    folder = tmp_path_factory.mktemp("t2_star")
    patched.python("-c", WRITE, folder / "in")
    patched.vcfimg("screen", folder / "in", "--out", folder / "out", "--as-of", "2026-01-10")
    (study,) = (folder / "out" / "studies").iterdir()
    return study


@pytest.fixture(scope="module")
def result(screened: Path) -> dict[str, Any]:
    return dict(json.loads((screened / "result.json").read_text("utf-8")))


def test_contrast_touches_few_files_of_the_product(patched: PatchedTree) -> None:
    assert 0 < len(patched.product_files) <= MOST_FILES, patched.product_files


def test_series_is_recognised_and_used_for_heights_alone(result: dict[str, Any]) -> None:
    (series,) = result["series"]
    assert (series["role"], series["used"], series["used_for"]) == ("t2_star", True, ["heights"])
    assert series["reason"].startswith("Best sagittal T2* of the spine.")


def test_bodies_are_measured_on_it_and_edema_stays_unknown(result: dict[str, Any]) -> None:
    measured = [vertebra for vertebra in result["vertebrae"] if vertebra["quality"]["measured"]]
    assert len(measured) >= 6
    read = [reading["role"] for vertebra in result["raw"]["vertebrae"] for reading in vertebra["by_series"]]
    assert set(read) == {"t2_star"}
    assert {vertebra["stir"]["edema"] for vertebra in measured} == {None}


def test_page_names_it(screened: Path) -> None:
    assert "T2*" in (screened / "report.html").read_text("utf-8")


def test_without_the_patch_it_is_a_gradient_echo_that_is_not_used(
    patched: PatchedTree, screened: Path, tmp_path: Path
) -> None:
    from vcfimg.loaders import choose_series, scan
    from vcfimg.policy import load_policy

    patched.python("-c", WRITE, tmp_path)
    (study,) = scan([tmp_path]).studies
    (series,) = choose_series(study, policy=load_policy()).series
    assert (series.role, series.used, series.code) == ("other", False, "gradient_echo")
