"""Normal dimensions of the vertebrae and discs, and how one person departs from them."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.policy import DEFAULT_POLICY, load_policy
from vcfimg.policy.measurement_section import MeasurementPolicy

LADDER: Final = (
    "S5", "S4", "S3", "S2", "S1", "L6", "L5", "L4", "L3", "L2", "L1", "T13", "T12", "T11", "T10", "T9", "T8", "T7",
    "T6", "T5", "T4", "T3", "T2", "T1", "C7", "C6", "C5", "C4", "C3", "C2",
)  # fmt: skip
"""From the foot to the head, as the phantom is built."""

C2_HEIGHT_MM: Final = 19.0
"""Body of the axis without the dens; every other presacral height comes from the shipped policy."""

UPPER_WEDGE_DEG: Final[dict[str, float]] = {
    "C2": 0.0, "C3": 1.0, "C4": 1.5, "C5": 2.0, "C6": 2.0, "C7": 1.5, "T1": 1.5, "T2": 2.0, "T3": 2.8, "T4": 3.2,
    "T5": 3.4, "T6": 3.8, "T7": 4.0, "T8": 3.9,
}  # fmt: skip
"""Positive: anterior lower. Design, where the policy has no measured wedge angle (it has from T9 down). Cervical bodies
are lower in front, C5 and C6 most: 100 dry C3-C6 measured 10.0 mm there and 11.1 behind (J Human Anatomy, "Morphometric
study of the vertebral body and pedicle of typical cervical vertebrae"); half of that is taken: corners are round."""

DEPTH_MM: Final[dict[str, float]] = {
    "C2": 15.5, "C3": 15.6, "C4": 15.8, "C5": 15.8, "C6": 16.4, "C7": 16.8, "T1": 17.0, "T2": 18.0, "T3": 19.5,
    "T4": 21.5, "T5": 23.2, "T6": 25.0, "T7": 26.8, "T8": 28.2, "T9": 29.5, "T10": 30.4, "T11": 31.2, "T12": 32.2,
    "L1": 33.6, "L2": 34.4, "L3": 34.8, "L4": 35.0, "L5": 34.8, "L6": 32.5, "S1": 29.0, "S2": 17.7, "S3": 14.0,
    "S4": 11.0, "S5": 8.5,
}  # fmt: skip
TAPER: Final[dict[str, float]] = {"S1": 0.18, "S2": 0.13, "S3": 0.15, "S4": 0.12, "S5": 0.1}
"""Share by which a sacral segment is deeper than that at its upper end and less deep at its lower one. As in 22 SPIDER
patients whose S1 and S2 were traced (``pipelines/training/spider_sacra.json``): 6 to 20 mm below its endplate S1 has
0.87 of the depth of L5 (0.75-1.01), S2 0.52 of that of S1 (0.35-0.73). The walls of the other bodies are parallel."""
WIDTH_MM: Final[dict[str, float]] = {
    "C2": 17.0, "C3": 17.0, "C4": 17.5, "C5": 18.0, "C6": 19.5, "C7": 22.0, "T1": 26.0, "T2": 27.0, "T3": 26.5,
    "T4": 26.5, "T5": 27.0, "T6": 28.0, "T7": 29.0, "T8": 30.5, "T9": 32.5, "T10": 35.0, "T11": 38.0, "T12": 40.5,
    "L1": 42.0, "L2": 43.5, "L3": 45.5, "L4": 47.5, "L5": 49.5, "L6": 50.0, "S1": 50.0, "S2": 40.0, "S3": 34.0,
    "S4": 28.0, "S5": 22.0,
}  # fmt: skip
DISC_MM: Final[dict[str, float]] = {
    "C2": 4.8, "C3": 5.0, "C4": 5.0, "C5": 5.0, "C6": 5.2, "C7": 4.6, "T1": 4.2, "T2": 4.0, "T3": 3.8, "T4": 3.8,
    "T5": 4.0, "T6": 4.3, "T7": 4.6, "T8": 4.9, "T9": 5.3, "T10": 5.8, "T11": 6.4, "T12": 7.2, "L1": 8.2, "L2": 9.4,
    "L3": 10.4, "L4": 11.0, "L5": 10.2, "L6": 7.5, "S1": 2.2, "S2": 1.2, "S3": 0.8, "S4": 0.8, "S5": 0.8,
}  # fmt: skip
"""Rim-to-rim height of the disc *below* the level (below S1 and lower: the remnant disc)."""

SACRAL_HEIGHT_MM: Final[dict[str, float]] = {"S1": 34.0, "S2": 25.0, "S3": 19.0, "S4": 17.0, "S5": 15.0}
"""Segments fused from birth; a lumbarised S1 ("L6") is none of them."""
SACRAL_WEDGE: Final[dict[str, float]] = {"S1": 0.19, "S2": 0.1, "S3": 0.06, "S4": 0.06, "S5": 0.06}
"""Share by which the anterior height of a segment exceeds that, and the posterior one falls short of it (design, see
:data:`TAPER`): the sacrum bends backwards, and most of the bend lies within S1."""
SACRAL: Final = tuple(SACRAL_HEIGHT_MM)
LUMBAR: Final = ("L1", "L2", "L3", "L4", "L5")

LUMBARISED_HEIGHT_MM: Final = 25.0
"""Posterior height of a lumbarised S1, design: between that of L5 and that of S1."""
LUMBARISED_WEDGE_DEG: Final = -1.5
"""A lumbarised S1 is squared, where L5 is a wedge (Tokgoz 2014); the angle is design."""

LEAN_DEG: Final[dict[str, float]] = {
    "S5": 30.0, "S4": 50.0, "S3": 64.0, "S2": 63.0, "S1": 52.0, "L6": 36.0, "L5": 24.0, "L4": 10.0, "L3": -2.0,
    "L2": -11.0, "L1": -16.0, "T12": -17.0, "T11": -16.0, "T10": -13.0, "T9": -8.0, "T8": -3.0, "T7": 2.0, "T6": 7.0,
    "T5": 12.0, "T4": 16.0, "T3": 20.0, "T2": 23.0, "T1": 24.0, "C7": 21.0, "C6": 15.0, "C5": 9.0, "C4": 4.0,
    "C3": 1.0, "C2": 0.0,
}  # fmt: skip
"""Forward lean of each body's axis, lying (design, from usual lordosis and kyphosis angles)."""


MIDDLE_CONCAVITY: Final = 0.075
"""Share by which the middle height stays below the mean of the other two at L1 and above (design; usual biconcavity
0.9-0.95)."""
TEMPLATE_CONCAVITY: Final = 0.05
"""The same of the policy's template: the whole middle row of a person lies that much lower, which no ratio shows."""


def table_row(level: str, lumbar_count: int = 5) -> str:
    """The table row that a level of this person has its shape from; T13 borrows that of T12.

    With six lumbar vertebrae the last is a lumbarised S1: the sacrum begins with what S2 looks like. With four, L5 is
    assimilated: it looks like S1 and is called so.
    """
    if level.startswith("S") and lumbar_count == 6:
        return SACRAL[min(SACRAL.index(level) + 1, len(SACRAL) - 1)]
    return "T12" if level == "T13" else level


@cache
def shipped_measurement() -> MeasurementPolicy:
    """The normal shape that the shipped policy holds (clinical.md section 5).

    Named here and not handed in: it is the anatomy of the phantom, which stays the same under any site's policy.
    """
    return load_policy(DEFAULT_POLICY).measurement


def normal_heights(key: str) -> tuple[float, float, float]:
    """Anterior, middle and posterior height in mm of a table row (shape of an average person).

    Of lumbar vertebrae those of the policy's template, apart from the deeper concavity; above them the published
    posterior height and wedge angle (Panjabi 1991, Masharawi).
    """
    if key in SACRAL_HEIGHT_MM:
        height, wedge = SACRAL_HEIGHT_MM[key], SACRAL_WEDGE[key]
        return height * (1 + wedge), height * 0.98, height * (1 - wedge)
    policy = shipped_measurement()
    if key in LUMBAR:
        middle = policy.template_middle_mm[key] * (1 - MIDDLE_CONCAVITY) / (1 - TEMPLATE_CONCAVITY)
        return policy.template_anterior_mm[key], middle, policy.template_posterior_mm[key]
    design = {"C2": C2_HEIGHT_MM, "L6": LUMBARISED_HEIGHT_MM}
    posterior = design[key] if key in design else policy.posterior_height_mm[key]
    anterior = anterior_height_mm(key, posterior)
    return anterior, 0.5 * (anterior + posterior) * (1 - MIDDLE_CONCAVITY), posterior


def anterior_height_mm(key: str, posterior: float) -> float:
    """Published anterior height of a table row: from the posterior one, by depth and wedge angle."""
    return posterior - DEPTH_MM[key] * float(np.tan(np.deg2rad(wedge_deg(key))))


def wedge_deg(key: str) -> float:
    """Published mean wedge angle of a table row, positive where the anterior height is lower."""
    if key in UPPER_WEDGE_DEG:
        return UPPER_WEDGE_DEG[key]
    if key == "L6":
        return LUMBARISED_WEDGE_DEG
    policy = shipped_measurement()
    return 0.5 * (policy.wedge_angle_women_deg[key] + policy.wedge_angle_men_deg[key])


def smooth_variation(rng: np.random.Generator, count: int, sd: float, length: float = 4.0) -> NDArray[np.float64]:
    """A smooth random factor along ``count`` levels: mean 1, relative standard deviation ``sd``, scale in levels."""
    position = np.arange(count)
    covariance = np.exp(-0.5 * ((position[:, None] - position[None, :]) / length) ** 2) + 1e-6 * np.eye(count)
    return np.asarray(1.0 + sd * (np.linalg.cholesky(covariance) @ rng.standard_normal(count)))
