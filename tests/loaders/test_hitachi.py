"""The real low-field study beside the checkout."""

import pytest

from tests.real_data import DATA
from vcfimg.loaders import Choice, choose_series, scan
from vcfimg.policy import load_policy

STUDY = DATA / "hitachi_lspine"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not STUDY.is_dir(), reason="the development MRI is not beside this checkout (VCFIMG_DATA)"),
]


@pytest.fixture(scope="module")
def choice() -> Choice:
    found = scan(STUDY)
    assert found.skipped == ()
    (study,) = found.studies
    return choose_series(study, policy=load_policy())


def test_sagittal_t1_t2_and_stir_are_used(choice: Choice) -> None:
    assert [(series.role, series.header.series_description, len(series.frames)) for series in choice.used] == [
        ("t1", "T1 SAG", 11),
        ("t2", "T2 SAG", 11),
        ("stir", "STIR SAG", 11),
    ]


def test_stir_is_known_by_its_inversion_time(choice: Choice) -> None:
    (stir,) = (series for series in choice.series if series.role == "stir")
    assert "TI 110 ms" in stir.evidence[0]
    assert stir.conflict is None


def test_axial_series_are_refused_with_the_reason(choice: Choice) -> None:
    axial = [series for series in choice.series if series.plane == "axial"]
    assert sum(series.instances or 0 for series in axial) == 34
    assert {series.code for series in axial} == {"plane_axial"}
    # one stack per disc and contrast, each with its own tilt
    assert len(axial) == 10
    assert all("Axial" in series.reason for series in axial)


def test_contrast_agent_off_means_none(choice: Choice) -> None:
    assert {series.role for series in choice.series} == {"t1", "t2", "stir"}
