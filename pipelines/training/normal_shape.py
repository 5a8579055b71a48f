"""The lumbar part of the template of heights: ``python -m pipelines.training.normal_shape SPIDER_FOLDER`` prints it.

The published heights are those of twelve cadavers: from level to level they carry the noise of small numbers. The same
shape is read here from the traced bodies of the SPIDER patients, and both are pooled by the number of people. The
slices carry no millimetres and need none: every height is taken relative to the person's own size, and L1 stays as
published. The concavity of the endplates has no published table at hand: it is that of the patients, relative to L1's.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.training.columns import Column, spider_columns
from vcfimg.evaluation.traced_heights import slice_heights
from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.raw import POSITIONS, Position
from vcfimg.imaging.robust import MEDIAN_EFFICIENCY, robust_sd
from vcfimg.phantom.normal import LUMBAR, TEMPLATE_CONCAVITY, anterior_height_mm
from vcfimg.policy import load_policy
from vcfimg.policy.measurement_section import MeasurementPolicy

OWN_SIZE: Final = ("L1", "L2", "L3", "L4")
"""Levels that a person's overall size is taken from."""
CADAVERS: Final = 12
"""People whose heights are published (Panjabi 1992)."""
LEAST_SLICES: Final = 3
LEAST_PIXELS: Final = 200
EDGE_PIXELS: Final = 4
"""A mask this near to the edge of the slice may be cut."""

PersonHeights = Mapping[str, Mapping[Position, float]]


@dataclass(frozen=True)
class Ratio:
    """How one level of the patients departs from the published shape at one position.

    Parameters
    ----------
    value
        Median height over the published one, relative to that of L1.
    error
        Its standard error.
    people
        Patients who showed the level, and the levels that their size is taken from.
    """

    value: float
    error: float
    people: int

    @property
    def pooled(self) -> float:
        """Patients and cadavers together, each counted once."""
        return (self.people * self.value + CADAVERS) / (self.people + CADAVERS)


def published_heights(level: str, policy: MeasurementPolicy) -> dict[Position, float]:
    """Posterior height (Panjabi), the anterior one by the wedge angle (Masharawi), and the middle; mm."""
    posterior = policy.posterior_height_mm[level]
    anterior = anterior_height_mm(level, posterior)
    middle = (1 - TEMPLATE_CONCAVITY) * 0.5 * (anterior + posterior)
    return {"anterior": anterior, "middle": middle, "posterior": posterior}


def person_heights(columns: Sequence[Column]) -> dict[str, dict[Position, float]]:
    """Median heights (pixels) over the slices of one person, by level; whole bodies only."""
    found: dict[tuple[str, Position], list[float]] = {}
    for column in columns:
        for number, place in column.places.items():
            body = column.instances == number
            if place >= len(LUMBAR) or not _whole(body):
                continue
            for x, height in (slice_heights(body) or {}).items():
                found.setdefault((LEVELS[place], x), []).append(height)
    out: dict[str, dict[Position, float]] = {}
    for (level, x), heights in found.items():
        if len(heights) >= LEAST_SLICES:
            out.setdefault(level, {})[x] = float(np.median(heights))
    return out


def _whole(body: NDArray[np.bool_]) -> bool:
    rows, columns = np.nonzero(body)
    inside = rows.min() >= EDGE_PIXELS and columns.min() >= EDGE_PIXELS
    return bool(len(rows) >= LEAST_PIXELS and inside and columns.max() < body.shape[1] - EDGE_PIXELS)


def ratios(people: Sequence[PersonHeights], policy: MeasurementPolicy, x: Position) -> dict[str, Ratio]:
    """How the patients depart from the published heights at one position, by level."""
    found: dict[str, list[float]] = {level: [] for level in LUMBAR}
    for person in people:
        own = {k: h[x] / published_heights(k, policy)[x] for k, h in person.items() if x in h}
        if all(k in own for k in OWN_SIZE):
            size = float(np.median([own[k] for k in OWN_SIZE]))
            for level in own:
                found[level].append(own[level] / size)
    first = float(np.median(found["L1"]))
    out = {}
    for level in LUMBAR:
        values = np.array(found[level]) / first
        error = MEDIAN_EFFICIENCY * float(robust_sd(values[:, None])[0]) / np.sqrt(len(values))
        out[level] = Ratio(float(np.median(values)), error, len(values))
    return out


def template(people: Sequence[PersonHeights], policy: MeasurementPolicy) -> dict[str, dict[Position, float]]:
    """Level → heights (mm) of the pooled shape."""
    of = {x: ratios(people, policy, x) for x in POSITIONS}
    out: dict[str, dict[Position, float]] = {}
    for level in LUMBAR:
        published = published_heights(level, policy)
        anterior, posterior = (published[x] * of[x][level].pooled for x in ("anterior", "posterior"))
        corners = [published[x] * of[x][level].value for x in ("anterior", "posterior")]
        concavity = published["middle"] * of["middle"][level].value / (0.5 * sum(corners))
        middle = concavity * 0.5 * (anterior + posterior)
        out[level] = {"anterior": anterior, "middle": middle, "posterior": posterior}
    return out


def main() -> None:
    """Print how the patients depart from the published shape, and the template."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.training.normal_shape", description=__doc__)
    parser.add_argument("folder", type=Path, help="SPIDER slices, with images/ and masks/ (CC BY 4.0)")
    options = parser.parse_args()
    policy = load_policy().measurement
    people = [person_heights(columns) for columns in spider_columns(options.folder).values()]
    found = template(people, policy)
    print("position   level  published   patients over published  people  pooled, mm  in the policy")
    for x in POSITIONS:
        for level, ratio in ratios(people, policy, x).items():
            published, shipped = published_heights(level, policy)[x], policy.template_mm(x, level)
            print(
                f"{x:10} {level:5} {published:10.2f}   {ratio.value:12.3f} +/- {ratio.error:.3f} {ratio.people:9d}"
                f" {found[level][x]:11.2f} {shipped:14.2f}"
            )


if __name__ == "__main__":
    main()
