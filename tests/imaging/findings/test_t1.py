"""Dark marrow on T1."""

import pytest

from tests.imaging.raw_spines import NUMBERS, T1_UID, body, marrow
from vcfimg.imaging.findings.t1 import t1_finding
from vcfimg.imaging.measurement import T1Finding
from vcfimg.imaging.raw import Heights, SeriesSignal


def finding(marrow_mean: float, disc: float | None, muscle: float | None, role: str = "t1") -> T1Finding:
    signal = marrow(marrow_mean, role=role).model_copy(update={"series_instance_uid": T1_UID})
    vertebra = body(1, 0.0, Heights(), signals=(signal,))
    series = SeriesSignal(series_instance_uid=T1_UID, role=role, disc=disc, muscle=muscle, voxel_mm=(1, 1, 4))
    return t1_finding(vertebra, (series,), NUMBERS)


@pytest.mark.parametrize(
    ("disc", "muscle", "dark"), [(80.0, 90.0, False), (120.0, 90.0, True), (None, 120.0, True), (80.0, None, False)]
)
def test_marrow_against_disc_and_muscle(disc: float | None, muscle: float | None, dark: bool) -> None:
    assert finding(100.0, disc, muscle).dark_marrow is dark


def test_ratios_by_hand() -> None:
    found = finding(100.0, 80.0, 50.0)
    assert found.ratio_to_disc == pytest.approx(1.25)
    assert found.ratio_to_muscle == pytest.approx(2.0)


def test_without_disc_and_muscle_nothing_is_said() -> None:
    assert finding(100.0, None, None) == T1Finding(reasons=("no_disc_or_muscle",))


def test_t1_after_contrast_agent_is_not_used() -> None:
    assert finding(100.0, 120.0, 120.0, role="t1_post") == T1Finding(reasons=("no_t1",))
