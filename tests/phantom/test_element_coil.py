"""A coil of several elements modulates a series along the spine, by as much as asked for at the bodies."""

import numpy as np
import pytest

from vcfimg.phantom.element_coil import ElementCoil
from vcfimg.phantom.phantom_study import make_study
from vcfimg.phantom.spec import SpineSpec


def test_swing_at_the_bodies_and_nearer_to_the_coil() -> None:
    z = np.linspace(-400, 400, 4001)
    swings = []
    for behind in (-60.0, 0.0, 30.0):
        seen = ElementCoil(100.0, 0.35).at(z, np.full_like(z, behind))
        swings.append((np.quantile(seen, 0.95) - np.quantile(seen, 0.05)) / 2)
    assert swings == sorted(swings)
    assert swings[1] == pytest.approx(0.35, rel=0.2)


@pytest.mark.parametrize(("spacing", "modulation"), [(0.0, 0.3), (-1.0, 0.3), (100.0, 0.8), (100.0, -0.1)])
def test_impossible_coil_is_refused(spacing: float, modulation: float) -> None:
    with pytest.raises(ValueError, match="no such coil"):
        ElementCoil(spacing, modulation)


def test_coil_belongs_to_one_series() -> None:
    def study(**coils: ElementCoil):  # type: ignore[no-untyped-def]
        return make_study(
            SpineSpec(seed=3), roles=("t1", "stir"), slices=3, size=(96, 80), pixel_mm=3.0, coils=coils
        ).volumes

    plain, swung = study(), study(stir=ElementCoil(100.0, 0.35))
    ratio = {role: np.median(swung[role].array / np.maximum(plain[role].array, 1), axis=(0, 2)) for role in plain}
    assert np.ptp(ratio["t1"]) < 0.05
    assert np.ptp(ratio["stir"]) > 0.4
