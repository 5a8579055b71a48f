"""Losses and their 95 % intervals."""

from math import sqrt

import pytest

from tests.imaging.raw_spines import NUMBERS
from vcfimg.imaging.findings.expected_heights import Reference
from vcfimg.imaging.findings.height_loss import (
    height_uncertainty,
    index_uncertainty,
    loss_uncertainty,
    losses,
    normal_uncertainty,
    reference_sd,
)
from vcfimg.imaging.measurement import LossPercent
from vcfimg.imaging.raw import POSITIONS, Heights


def reference(mm: float, ratios: tuple[float, ...] = (1.0, 1.0, 1.0), offset: float = 0.0) -> Reference:
    return Reference(mm, ratios, offset)


def test_losses_by_hand() -> None:
    found = losses(Heights(anterior=15.0, middle=18.0, posterior=21.0), dict.fromkeys(POSITIONS, reference(20.0)))
    assert found == LossPercent(anterior=25.0, middle=10.0, posterior=-5.0, index=25.0)


def test_a_loss_of_exactly_the_threshold_stays_on_it() -> None:
    found = losses(Heights(anterior=16.0, middle=12.0, posterior=15.0), dict.fromkeys(POSITIONS, reference(20.0)))
    assert (found.anterior, found.middle, found.posterior) == (20.0, 40.0, 25.0)


def test_unknown_reference_or_height_gives_no_loss() -> None:
    found = losses(
        Heights(anterior=15.0, posterior=21.0), {"anterior": None, "middle": reference(20.0), "posterior": None}
    )
    assert found == LossPercent()


def test_height_uncertainty_joins_reading_and_floor() -> None:
    found = height_uncertainty(Heights(anterior=20.0, posterior=20.0), Heights(anterior=1.2), NUMBERS)
    scale, floor = NUMBERS.uncertainty_height_scale, NUMBERS.uncertainty_height_floor_mm
    assert found.anterior == pytest.approx(sqrt((1.2 * scale) ** 2 + floor**2))
    assert found.posterior == pytest.approx(floor)
    assert found.middle is None


@pytest.mark.parametrize(("height", "deformed"), [(21.0, 0.0), (20.0, 0.0), (19.0, 0.5), (18.0, 1.0), (8.0, 1.0)])
def test_loss_uncertainty_by_hand(height: float, deformed: float) -> None:
    ref = reference(20.0)
    found = loss_uncertainty(
        Heights(anterior=height), Heights(anterior=1.0), {"anterior": ref, "middle": None, "posterior": None}, NUMBERS
    )
    read = sqrt((NUMBERS.uncertainty_height_scale * 1.0) ** 2 + NUMBERS.uncertainty_loss_floor_mm**2)
    usual = sqrt((read / 20.0) ** 2 + (height / 20.0 * 1.96 * reference_sd(ref, NUMBERS)) ** 2)
    extra = deformed * NUMBERS.uncertainty_deformed_percent
    assert found.anterior == pytest.approx(sqrt((100 * NUMBERS.uncertainty_loss_scale * usual) ** 2 + extra**2))
    assert (found.middle, found.posterior) == (None, None)


@pytest.mark.parametrize(
    ("sharper", "vaguer"),
    [
        (reference(20, (1.0, 1.0, 1.0)), reference(20, (0.9, 1.0, 1.1))),
        (reference(20, (1.0,) * 6), reference(20, (1.0,) * 2)),
        (reference(20, offset=0.0), reference(20, offset=-2.0)),
        (reference(20), Reference(20, (1.0, 1.0, 1.0), 0.0, shape_spread=0.05)),
    ],
)
def test_a_vaguer_reference_is_less_certain(sharper: Reference, vaguer: Reference) -> None:
    assert reference_sd(sharper, NUMBERS) < reference_sd(vaguer, NUMBERS)


def test_a_suspect_reference_widens_the_interval() -> None:
    heights, errors = Heights(anterior=16.0), Heights(anterior=1.0)
    references = {"anterior": reference(20.0), "middle": None, "posterior": None}
    plain = loss_uncertainty(heights, errors, references, NUMBERS).anterior
    wide = loss_uncertainty(heights, errors, references, NUMBERS, suspect=True).anterior
    assert plain is not None
    assert wide == pytest.approx(NUMBERS.uncertainty_suspect_scale * plain)


def test_index_uncertainty_is_that_of_the_largest_loss() -> None:
    loss = LossPercent(anterior=10.0, middle=30.0, posterior=None, index=30.0)
    assert index_uncertainty(loss, Heights(anterior=3.0, middle=4.0)) == 4.0
    assert index_uncertainty(LossPercent(), Heights()) is None


def test_the_spread_of_normal_shape_widens_the_interval_and_the_limit() -> None:
    heights, errors = Heights(posterior=18.0), Heights(posterior=1.0)
    found = []
    for own_sd in (0.0, 0.06):
        ref = Reference(20.0, (1.0, 1.0, 1.0), 0.0, own_sd=own_sd)
        references = {"anterior": None, "middle": None, "posterior": ref}
        interval = loss_uncertainty(heights, errors, references, NUMBERS).posterior
        normal = normal_uncertainty(heights, errors, references, NUMBERS).posterior
        assert interval is not None
        assert normal is not None
        found.append((interval, normal))
    (narrow, low), (wide, high) = found
    assert wide**2 - narrow**2 == pytest.approx((100 * 0.9 * 1.96 * 0.06) ** 2)
    assert high**2 - low**2 == pytest.approx((100 * 1.96 * 0.06) ** 2), "of a body that has lost nothing"


def test_a_guessed_level_raises_the_limit() -> None:
    heights, errors = Heights(middle=18.0), Heights(middle=1.0)
    named, guessed = (
        normal_uncertainty(
            heights,
            errors,
            {"anterior": None, "middle": Reference(20.0, (1.0, 1.0), 0.0, doubt), "posterior": None},
            NUMBERS,
        ).middle
        for doubt in (0.0, 0.05)
    )
    assert named is not None
    assert guessed is not None
    assert guessed > named + 2


def test_neighbours_that_vary_make_a_vaguer_reference() -> None:
    plain, varied = (Reference(20.0, (1.0, 1.0, 1.0), 0.0, neighbour_sd=sd) for sd in (0.0, 0.05))
    assert reference_sd(plain, NUMBERS) < reference_sd(varied, NUMBERS)
