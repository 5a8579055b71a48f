"""Tissues are as bright as on clinical images of each contrast."""

import numpy as np
import pytest

from vcfimg.phantom.contrast import STANDARD, Contrast, nulling_ti_ms, signals
from vcfimg.phantom.phantom_study import field_contrast
from vcfimg.phantom.tissue import PROPERTIES, T

FIELDS = (0.3, 1.5, 3.0)


def of(role, field_t=1.5, **facts):
    return signals(field_contrast(role, field_t), **facts)


def test_every_tissue_has_properties():
    assert set(PROPERTIES) == set(T)
    assert sorted(int(t) for t in T) == list(range(len(T)))


@pytest.mark.parametrize("field_t", FIELDS)
def test_t1_shows_fat_bright_and_fluid_dark(field_t):
    s = of("t1", field_t)
    assert s[T.FAT] > s[T.MARROW] > s[T.MUSCLE] > s[T.CSF] > s[T.CORTEX]
    assert s[T.EDEMA] < s[T.MARROW]
    assert s[T.LESION] < s[T.MARROW]


@pytest.mark.parametrize("field_t", FIELDS)
def test_t2_shows_fluid_brightest(field_t):
    s = of("t2", field_t)
    assert s[T.CSF] > max(s[T.MARROW], s[T.CORD], s[T.MUSCLE], s[T.NUCLEUS])
    assert s[T.NUCLEUS] > s[T.DEGENERATE_DISC] > s[T.CORTEX]


@pytest.mark.parametrize("field_t", FIELDS)
def test_stir_nulls_fat(field_t):
    s = of("stir", field_t)
    assert s[T.FAT] < 0.15 * s[T.CSF]
    assert s[T.EDEMA] > 2 * s[T.MARROW]
    assert s[T.LESION] > 2 * s[T.MARROW]
    assert s[T.FATTY_MARROW] < s[T.MARROW]


def test_stir_loses_the_null_with_a_wrong_inversion_time():
    good, late = (signals(Contrast("stir", 4200, 55, ti_ms=ti)) for ti in (nulling_ti_ms(1.5), 320.0))
    assert late[T.FAT] > 3 * good[T.FAT]


def test_fat_saturation_darkens_fat_but_not_fluid():
    plain, saturated = of("t2"), of("t2_fs")
    assert saturated[T.FAT] < 0.2 * plain[T.FAT]
    assert saturated[T.CSF] == pytest.approx(plain[T.CSF], rel=0.15)


def test_water_and_fat_images_part_the_signal():
    water, fat = of("dixon_water"), of("dixon_fat")
    assert water[T.CSF] > 20 * fat[T.CSF]
    assert fat[T.FAT] > 8 * water[T.FAT]


@pytest.mark.parametrize("role", sorted(STANDARD))
def test_air_cortex_and_cement_are_dark(role):
    s = of(role)
    assert s[T.AIR] == 0
    assert max(s[T.CORTEX], s[T.CEMENT], s[T.VACUUM]) < 0.35 * max(s)


def test_fatty_marrow_is_brighter_on_t1():
    assert of("t1", marrow_fat=0.65)[T.MARROW] > of("t1", marrow_fat=0.3)[T.MARROW]
    assert of("stir", marrow_fat=0.65)[T.MARROW] < of("stir", marrow_fat=0.3)[T.MARROW]


def test_the_null_of_fat_moves_with_the_field():
    assert nulling_ti_ms(0.3) < nulling_ti_ms(1.5) < nulling_ti_ms(3.0)
    assert 100 < nulling_ti_ms(0.3) < 125
    assert 145 < nulling_ti_ms(1.5) < 185


def test_jitter_follows_its_generator():
    one, same, other = (signals(STANDARD["t2"], rng=np.random.default_rng(s), jitter=0.1) for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
