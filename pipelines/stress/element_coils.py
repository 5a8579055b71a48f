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

from vcfimg.evaluation.phantom_cases import study_case
from vcfimg.evaluation.score import score
from vcfimg.evaluation.timed_run import run_pipeline
from vcfimg.phantom.contrast import Contrast
from vcfimg.phantom.element_coil import ElementCoil
from vcfimg.phantom.phantom_study import PhantomStudy, field_contrast, make_study
from vcfimg.phantom.spec import random_spec
from vcfimg.policy import load_policy

ROLES: Final = ("t1", "t2", "stir")
SWING: Final = 0.35
SPACING_MM: Final = (80.0, 160.0)
ECHO_MS: Final = (30.0, 60.0)
SENSITIVITY: Final = 0.97
SPECIFICITY: Final = 0.98
"""Less than these falls short."""


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
    case = study_case("coils", study)
    _, rows = score(case, run_pipeline(case.volumes, policy), policy.measurement, memory_mb=0.0)
    readable = (row for row in rows if row.complete and row.edema_readable and row.edema_true is not None)
    return Counter((bool(row.edema_true), row.edema) for row in readable)


def main(count: int = 60, first: int = 3000) -> int:
    """Print sensitivity, specificity and how often nothing is said; 1 when it falls short."""
    total: Counter[tuple[bool, bool | None]] = Counter()
    for seed in range(first, first + count):
        total += verdicts(swung_study(seed))
    ill = sum(number for (true, _), number in total.items() if true)
    well = sum(number for (true, _), number in total.items() if not true)
    print(f"{count} studies, {ill + well} bodies")
    print(f"sensitivity {total[True, True]} of {ill}")
    print(f"specificity {well - total[False, True]} of {well}")
    print(f"left unknown {total[True, None]} of {ill} with edema, {total[False, None]} of {well} without")
    enough = total[True, True] >= SENSITIVITY * ill and well - total[False, True] >= SPECIFICITY * well
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
