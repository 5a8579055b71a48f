"""People whose shapes differ: ``python -m pipelines.acceptance.normal_shapes``.

Painted people whose vertebrae vary as those of people do (:mod:`vcfimg.phantom.shape_spread`), half of them with one
fracture, are read in two ways: necks with each series alone, lumbar spines with all three. Counted is what is called a
fracture, what is left open (normal shape may explain it) and what is missed.
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from vcfimg.evaluation.timed_run import run_pipeline
from vcfimg.imaging.raw import POSITIONS, at
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import Edema, Fracture, SpineSpec, make_study, random_spec
from vcfimg.phantom.acquisition import Acquisition
from vcfimg.phantom.spec import FractureKind
from vcfimg.phantom.truth import VertebraTruth
from vcfimg.policy import load_policy

FIRST_SEED: Final = 985_000
"""People of this seed and the next are never trained on."""
FRACTURED_LEVELS: Final = {
    "cervical": ("C3", "C4", "C5", "C6", "C7"),
    "lumbar": ("T12", "L1", "L2", "L3", "L4", "L5"),
}
LOSS_PERCENT: Final = (20.0, 70.0)
"""Range of the fractures, as in the phantom's random people from Genant's limit on."""
SAME_PLACE_MM: Final = 7.0
"""A vertebra found this near to the middle of a true one is that one: half a cervical body with its disc."""


@dataclass(frozen=True)
class Called:
    """What was made of one body.

    Parameters
    ----------
    kind
        The line of the table it counts in.
    level
        Its true name.
    lost
        Its true index loss, percent.
    fractured
        What was said; None where it was left open, or no loss was given.
    above
        The loss read is at or above the policy's limit: what was called a fracture without knowledge of shapes.
    covered
        Of its losses, whether the interval holds the true one.
    """

    kind: str
    level: str
    lost: float
    fractured: bool | None
    above: bool
    covered: tuple[bool, ...]


def person(seed: int, region: str) -> SpineSpec:
    """A person with a shape of their own, every other one with one fracture, most of them edematous."""
    rng = np.random.default_rng([seed, 5])
    spec = replace(random_spec(seed, pathology=0.0), lumbar_count=5, shape_spread=1.0)
    if rng.random() < 0.5:
        return spec
    level = str(rng.choice(FRACTURED_LEVELS[region]))
    kinds: tuple[FractureKind, ...] = ("wedge", "biconcave", "crush")
    kind = kinds[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
    fracture = Fracture(kind, float(rng.uniform(*LOSS_PERCENT)), 0.0, float(rng.uniform(0.5, 1.0)))
    edema = {level: Edema("band", 0.5)} if rng.random() < 0.6 else {}
    return replace(spec, fractures={level: fracture}, edema=edema)


def read_person(seed: int, region: str) -> list[Called]:
    """Image and read one person; a neck on each series alone."""
    rng = np.random.default_rng([seed, 6])
    pixel = float(rng.uniform(0.6, 0.95))
    rows = int((250 if region == "cervical" else 300) / pixel / 2) * 2
    study = make_study(
        person(seed, region),
        region=region,
        slices=9,
        size=(rows, int(rows * 0.8 / 2) * 2),
        pixel_mm=pixel,
        gap_mm=float(rng.uniform(3.3, 4.4)),
        thickness_mm=3.0,
        acquisition=Acquisition(
            blur_mm=float(rng.uniform(0.2, 0.5)),
            noise=float(rng.uniform(0.01, 0.04)),
            shading=float(rng.uniform(0.1, 0.7)),
            chemical_shift_mm=float(rng.uniform(0.0, 0.6)),
        ),
    )
    truth = study.truth.vertebrae
    if region != "cervical":
        return called(region, list(study.volumes.values()), truth)
    return [one for role, volume in study.volumes.items() for one in called(f"{region}, {role} alone", [volume], truth)]


def called(kind: str, volumes: Sequence[Volume], truth: Sequence[VertebraTruth]) -> list[Called]:
    """What is said of each measured body that is whole in view; C2 has no normal shape and is left out."""
    policy = load_policy()
    centers = np.array([v.center_mm for v in truth])
    out = []
    for found in run_pipeline(volumes, policy).measurement.vertebrae:
        apart = np.linalg.norm(centers - np.array(found.center_mm), axis=1)
        true = truth[int(apart.argmin())]
        index = found.loss_percent.index
        if apart.min() > SAME_PLACE_MM or not true.in_view or true.level == "C2" or index is None:
            continue
        errors = [
            (getattr(found.loss_percent, x), at(true.loss_percent, x), at(found.loss_uncertainty_by_position, x))
            for x in POSITIONS
        ]
        covered = tuple(abs(read - own) <= half for read, own, half in errors if None not in (read, own, half))
        above = index >= policy.measurement.fracture_loss_percent
        out.append(Called(kind, true.level, true.index_loss_percent, found.fractured, above, covered))
    return out


def table(all_called: Sequence[Called], limit: float) -> str:
    """One line per kind."""
    lines = [
        "| examinations | true fractures called | left open | others called | left open | >= 20 % among them | "
        "intervals cover |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(one.kind for one in all_called):
        own = [one for one in all_called if one.kind == kind]
        lost, whole = ([one for one in own if (one.lost >= limit) is sick] for sick in (True, False))
        held = [flag for one in own for flag in one.covered]
        lines.append(
            f"| {kind} | {sum(one.fractured is True for one in lost)} of {len(lost)} | "
            f"{sum(one.fractured is None for one in lost)} | {sum(one.fractured is True for one in whole)} of "
            f"{len(whole)} | {sum(one.fractured is None for one in whole)} | {sum(one.above for one in whole)} | "
            f"{sum(held)} of {len(held)} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Read all people and print the table."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.acceptance.normal_shapes", description=__doc__)
    parser.add_argument("--people", type=int, default=60, help="per region")
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--region", choices=sorted(FRACTURED_LEVELS), action="append")
    options = parser.parse_args(arguments)
    seeds = range(options.first, options.first + options.people)
    found: list[Called] = []
    with ProcessPoolExecutor(options.workers) as pool:
        for region in options.region or sorted(FRACTURED_LEVELS):
            found += [one for some in pool.map(partial(read_person, region=region), seeds) for one in some]
    print(table(found, load_policy().measurement.fracture_loss_percent))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
