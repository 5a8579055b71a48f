"""Edema under coils of several elements: ``python -m pipelines.stress.element_coils [COUNT] [FIRST_SEED]``.

Every series has a coil of its own (swing 35 % at the bodies, elements 80 to 160 mm apart), the STIR an echo time
between 30 and 60 ms, and the back muscles more or less fat. Prints how much of the edema is found and how many bodies
without it are called edematous.
"""

import sys
from collections import Counter
from dataclasses import replace
from typing import Final

import numpy as np

from vcfimg.imaging.derive import derive
from vcfimg.imaging.measure import measure
from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.imaging.segment import segment
from vcfimg.phantom.contrast import Contrast
from vcfimg.phantom.element_coil import ElementCoil
from vcfimg.phantom.phantom_study import PhantomStudy, field_contrast, make_study
from vcfimg.phantom.spec import random_spec
from vcfimg.policy import load_policy

ROLES: Final = ("t1", "t2", "stir")
SWING: Final = 0.35
SPACING_MM: Final = (80.0, 160.0)
ECHO_MS: Final = (30.0, 60.0)
SAME_BODY_MM: Final = 12.0
"""A body that is measured this near to a true one is that one."""


def swung_study(seed: int) -> PhantomStudy:
    """A random person under such coils; every second one is imaged from T6 to L4, the others from T11 down."""
    dice = np.random.default_rng([seed, 77])
    spec = replace(random_spec(seed, pathology=0.6), muscle_fat=float(dice.uniform(0, 1)))
    base = field_contrast("stir", 1.5)
    echo = float(dice.uniform(*ECHO_MS))
    coils = {
        role: ElementCoil(float(dice.uniform(*SPACING_MM)), SWING, float(dice.random()), int(dice.integers(1 << 20)))
        for role in ROLES
    }
    return make_study(
        spec,
        region="thoracolumbar" if seed % 2 else "lumbar",
        roles=ROLES,
        slices=11,
        timing={"stir": Contrast("stir", base.tr_ms, echo, base.ti_ms, base.field_t)},
        coils=coils,
    )


def verdicts(study: PhantomStudy) -> Counter[tuple[bool, bool | None]]:
    """How often each (truly edematous, called edematous) occurs among the bodies wholly in view.

    A true share between the policy's two limits is neither, and is left out.
    """
    policy = load_policy()
    volumes = list(study.volumes.values())
    found = derive(measure(volumes, segment(volumes), policy), None, policy).vertebrae
    counts: Counter[tuple[bool, bool | None]] = Counter()
    if study.truth.diffuse_marrow:
        return counts
    for true in study.truth.vertebrae:
        share, limits = true.edema_fraction, policy.measurement
        if not true.in_view or limits.edema_fraction_false < share < limits.edema_fraction_true:
            continue
        nearest = min(found, key=lambda body: _apart(body, true.center_mm))
        if _apart(nearest, true.center_mm) <= SAME_BODY_MM:
            counts[share >= limits.edema_fraction_true, nearest.stir.edema] += 1
    return counts


def _apart(body: VertebraMeasurement, place: tuple[float, float, float]) -> float:
    return float(np.linalg.norm(np.subtract(body.center_mm, place)))


def main(count: int = 60, first: int = 3000) -> None:
    """Print sensitivity, specificity and how often nothing is said."""
    total: Counter[tuple[bool, bool | None]] = Counter()
    for seed in range(first, first + count):
        total += verdicts(swung_study(seed))
    ill = sum(number for (true, _), number in total.items() if true)
    well = sum(number for (true, _), number in total.items() if not true)
    print(f"{count} studies, {ill + well} bodies")
    print(f"sensitivity {total[True, True]} of {ill}")
    print(f"specificity {well - total[False, True]} of {well}")
    print(f"left unknown {total[True, None]} of {ill} with edema, {total[False, None]} of {well} without")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
