"""Accuracy on real volumes that were made harder: ``python -m pipelines.stress.real_volumes FOLDER``.

Healthy volunteers under good conditions say little about ill spines and routine examinations. Every volume is therefore
read again as other scanners, positions and diseases would show it (``pipelines/alterations``). ``--only`` takes a few
of the alterations, by name.
"""

import argparse
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from pipelines.stress.alterations import illness, scanner, view
from pipelines.stress.alterations.change import Alteration
from vcfimg.evaluation.accuracy import find_cases
from vcfimg.evaluation.accuracy_summary import summarise
from vcfimg.evaluation.evaluation_case import CaseSource
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.evaluation.score import score
from vcfimg.evaluation.timed_run import run_pipeline
from vcfimg.imaging.raw import POSITIONS, at
from vcfimg.policy import load_policy

AS_THEY_ARE: Final = "as they are"
COLLAPSED: Final = "a third of the bodies collapsed"
LOWERED: Final[dict[str, Alteration]] = {
    COLLAPSED: illness.collapsed,
    "a third of the bodies crushed by 65-84 %": illness.plana,
    "a third of the bodies collapsed, with dark bands (x 0.4)": partial(illness.acute, 0.4),
    "a third of the bodies collapsed, with bright bands (x 2.5)": partial(illness.acute, 2.5),
}
"""Alterations that take height from bodies, by an amount that is known."""
SIZES: Final[dict[str, Alteration]] = {
    "thoracic size (x 0.7)": partial(view.sized, 0.7),
    "cervical size (x 0.5)": partial(view.sized, 0.5),
}
Reading = tuple[str, CaseRow, list[BodyRow]]
"""Name of the alteration, and what was read under it."""
ALTERATIONS: Final[dict[str, Alteration]] = {
    AS_THEY_ARE: lambda case, rng: case,
    "4 mm slices": partial(scanner.thick_slices, 4.0),
    "6 mm slices": partial(scanner.thick_slices, 6.0),
    "pixels of 2 mm": partial(scanner.coarse_pixels, 2.0),
    "noise of 8 %": partial(scanner.noisy, 0.08),
    "noise of 16 %": partial(scanner.noisy, 0.16),
    "steep coil": scanner.steep_coil,
    "saturation band 6 mm before the bodies": partial(scanner.saturation_band, -6.0),
    "saturation band 6 mm into the bodies": partial(scanner.saturation_band, 6.0),
    "ghosts along the spine": partial(scanner.ghosts, 1),
    "ghosts across the spine": partial(scanner.ghosts, 2),
    "ends wrapped": scanner.wrapped,
    "a third of the bodies dark (x 0.4)": partial(illness.bodies_times, 0.4),
    "a third of the bodies bright (x 2.5)": partial(illness.bodies_times, 2.5),
    "all bodies dark (x 0.4)": partial(illness.all_bodies_times, 0.4),
    "all bodies bright (x 2.5)": partial(illness.all_bodies_times, 2.5),
    "mottled marrow": illness.mottled,
    "dark bands beside discs (x 0.4)": partial(illness.banded, 0.4),
    "bright bands beside discs (x 2.5)": partial(illness.banded, 2.5),
    "cement in a third of the bodies": illness.cemented,
    "screws in two bodies": illness.screwed,
    **LOWERED,
    **SIZES,
    "turned by 25 degrees": partial(view.turned, 25.0),
    "turned by -25 degrees": partial(view.turned, -25.0),
    "scoliosis of 15 mm": partial(view.curved, 15.0),
    "cut through the middle of L5": partial(view.cut, 0.5),
    "cut through the lower third of L5": partial(view.cut, 0.7),
    "cut through S1": partial(view.cut, 1.0),
}


def read_altered(names: Sequence[str], source: CaseSource) -> list[Reading]:
    """Rows of one volume under every alteration named."""
    policy = load_policy()
    case = source.load(policy)
    out = []
    for name in names:
        altered = ALTERATIONS[name](
            case, np.random.default_rng([zlib.crc32(case.name.encode()), zlib.crc32(name.encode())])
        )
        out.append((name, *score(altered, run_pipeline(altered.volumes, policy), policy.measurement, 0.0)))
    return out


def _under(results: Sequence[Reading], name: str) -> tuple[list[CaseRow], list[BodyRow]]:
    """Rows of all volumes under one alteration."""
    found = [(case, rows) for n, case, rows in results if n == name]
    return [case for case, _ in found], [row for _, rows in found for row in rows]


def moved_mm(results: Sequence[Reading], name: str) -> float | None:
    """Mean absolute difference of the heights of a body from those read on the volume as it is: no tracing is asked.

    None where the bodies were made smaller or lower.
    """
    if name in {*LOWERED, *SIZES}:
        return None
    plain = {(r.case, r.level): r.height_mm for r in _under(results, AS_THEY_ARE)[1] if r.measured}
    differences = [
        abs(now - before)
        for r in _under(results, name)[1]
        if r.measured and (r.case, r.level) in plain
        for x in POSITIONS
        if (now := at(r.height_mm, x)) is not None and (before := at(plain[r.case, r.level], x)) is not None
    ]
    return float(np.mean(differences)) if differences else None


def table(results: Sequence[Reading]) -> str:
    """One line per alteration."""
    lines = [
        "| images | bodies found | false per volume | names right / wrong / none | Dice | height error / bias, mm | "
        "heights moved by, mm | measured | false fractures |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(n for n, _, _ in results):
        cases, rows = _under(results, name)
        s = summarise(cases, rows)
        found = [r for r in rows if r.found]
        right = sum(r.named == r.level for r in found)
        wrong = sum(r.named not in {None, r.level} for r in found)
        heights, moved = s.height["all"], moved_mm(results, name)
        none = s.fracture_specificity
        lines.append(
            f"| {name} | {s.found.hits} of {s.found.n} | {s.false_bodies / len(cases):.2f} | "
            f"{right} / {wrong} / {len(found) - right - wrong} | {s.dice or 0:.3f} | "
            f"{heights.mae or 0:.2f} / {heights.bias or 0:+.2f} | {'–' if moved is None else f'{moved:.2f}'} | "
            f"{s.measured.hits} | {none.n - none.hits} |"
        )
    return "\n".join(lines)


def fractures(results: Sequence[Reading], name: str) -> str:
    """What is said of the bodies that were collapsed under this alteration and of those beside them."""
    s = summarise(*_under(results, name))
    found, none = s.fracture_sensitivity, s.fracture_specificity
    errors = ", ".join(f"{x} {s.loss[x].mae or 0:.1f} / {s.loss[x].bias or 0:+.1f}" for x in (*POSITIONS, "index"))
    return (
        f"{name.capitalize()}: fractures of 20 % and more found {found.hits} of {found.n}, none seen in {none.hits} of "
        f"{none.n} others; loss error / bias, points: "
        f"{errors}; intervals of losses cover {s.loss_coverage.hits} of {s.loss_coverage.n}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Read all volumes and print the table."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.stress.real_volumes", description=__doc__)
    parser.add_argument("folder", type=Path, help="image and mask pairs that vcfimg evaluate reads")
    parser.add_argument("--every", type=int, default=1, help="take every n-th volume only")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", action="append", choices=list(ALTERATIONS), metavar="NAME", help="may be repeated")
    options = parser.parse_args(arguments)
    sources = list(find_cases(options.folder, healthy=True))[:: options.every]
    with ProcessPoolExecutor(options.workers) as pool:
        read = partial(read_altered, options.only or list(ALTERATIONS))
        results = [row for rows in pool.map(read, sources) for row in rows]
    print(table(results))
    for name in LOWERED:
        if any(n == name for n, _, _ in results):
            print(fractures(results, name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
