"""MR contrasts of the phantom: signal of every tissue class from its relaxation times."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.tissue import FAT_T1_MS, FAT_T2_MS, PROPERTIES, T

Role = Literal["t1", "t2", "stir", "t2_fs", "dixon_water", "dixon_fat", "pd", "t1_ffe"]


@dataclass(frozen=True)
class Contrast:
    """One pulse sequence.

    Parameters
    ----------
    role
        The series role it stands for.
    tr_ms, te_ms, ti_ms
        Timing; ``ti_ms`` None without an inversion.
    field_t
        Field strength; T1 grows with its cube root.
    fat_suppression
        Share of the fat signal removed (spectral fat saturation, water images), 0-1.
    """

    role: Role
    tr_ms: float
    te_ms: float
    ti_ms: float | None = None
    field_t: float = 1.5
    fat_suppression: float = 0.0
    flip_deg: float = 90.0


STANDARD: Final[dict[str, Contrast]] = {
    "t1": Contrast("t1", 550, 11),
    "t2": Contrast("t2", 3800, 100),
    "stir": Contrast("stir", 4200, 55, ti_ms=160),
    "t2_fs": Contrast("t2_fs", 3800, 80, fat_suppression=0.93),
    "dixon_water": Contrast("dixon_water", 3500, 80, fat_suppression=1.0),
    "dixon_fat": Contrast("dixon_fat", 3500, 80, fat_suppression=-1.0),
    "pd": Contrast("pd", 3000, 20),
    "t1_ffe": Contrast("t1_ffe", 12, 4, flip_deg=12),
}
"""Typical timings at 1.5 T; ``fat_suppression`` -1 keeps fat only."""


def nulling_ti_ms(field_t: float) -> float:
    """Inversion time that nulls fat at a field strength."""
    return float(np.log(2) * fat_t1_ms(field_t) * 0.92)


def fat_t1_ms(field_t: float) -> float:
    """T1 of fat, ms."""
    return float(FAT_T1_MS * (field_t / 1.5) ** 0.25)


def signals(
    contrast: Contrast, *, marrow_fat: float = 0.5, rng: np.random.Generator | None = None, jitter: float = 0.0
) -> NDArray[np.float64]:
    """Signal per tissue class, indexed by :class:`~vcfimg.phantom.tissue.T`; CSF of a T2 image is near 1."""
    water, fat = water_and_fat(contrast, marrow_fat=marrow_fat, rng=rng, jitter=jitter)
    return water + fat


def water_and_fat(
    contrast: Contrast, *, marrow_fat: float = 0.5, rng: np.random.Generator | None = None, jitter: float = 0.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Water and fat part of the signal per tissue class; they may be displaced by chemical shift.

    Parameters
    ----------
    marrow_fat
        Fat share of normal marrow, 0-1.
    jitter
        Relative random change of every property, drawn from ``rng``.
    """

    def factor() -> float:
        return float(np.exp(rng.normal(0, jitter))) if rng is not None and jitter else 1.0

    water_part, fat_part = np.zeros(max(T) + 1), np.zeros(max(T) + 1)
    shift = marrow_fat - PROPERTIES[T.MARROW].fat
    fat_t2 = FAT_T2_MS * factor()
    for tissue, p in PROPERTIES.items():
        fat = p.fat
        if tissue in {T.MARROW, T.POSTERIOR_MARROW, T.SACRAL_MARROW, T.OLD_FRACTURE}:
            fat = float(np.clip(fat + shift, 0.08, 0.85))
        elif tissue is T.EDEMA:
            fat = float(np.clip(fat + 0.3 * shift, 0.03, 0.4))
        t1 = p.t1_ms * factor() * (contrast.field_t / 1.5) ** (1 / 3)
        density = p.density * factor()
        water = density * (1 - fat) * _weight(contrast, t1, p.t2_ms * factor())
        lipid = density * fat * _weight(contrast, fat_t1_ms(contrast.field_t), fat_t2)
        if contrast.fat_suppression < 0:
            water *= 0.03
        else:
            lipid *= 1 - contrast.fat_suppression
        water_part[tissue], fat_part[tissue] = water, lipid
    return water_part, fat_part


def _weight(contrast: Contrast, t1: float, t2: float) -> float:
    e1 = np.exp(-contrast.tr_ms / t1)
    decay = np.exp(-contrast.te_ms / t2)
    if contrast.ti_ms is not None:
        return float(abs(1 - 2 * np.exp(-contrast.ti_ms / t1) + e1) * decay)
    if contrast.flip_deg < 90:
        a = np.deg2rad(contrast.flip_deg)
        return float(np.sin(a) * (1 - e1) / (1 - np.cos(a) * e1) * decay * 6)
    return float((1 - e1) * decay)
