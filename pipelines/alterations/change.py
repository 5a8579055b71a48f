"""What all alterations share."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vcfimg.evaluation.case import Case

Alteration = Callable[[Case, np.random.Generator], Case]


def with_image(case: Case, array: NDArray[np.floating]) -> Case:
    """The case with other grey values on the same grid."""
    return replace(case, volumes=(replace(case.volumes[0], array=np.asarray(array, np.float32)),))


def with_all(case: Case, array: NDArray[np.floating], mask: NDArray[np.integer]) -> Case:
    """The case with another image and mask on the same grid; bodies moved to where the mask has them, those that left
    it dropped."""
    volume = case.volumes[0]
    bodies = []
    for body in case.bodies:
        at = np.argwhere(mask == body.label)
        if len(at):
            x, y, z = (float(c) for c in volume.to_lps(at.mean(axis=0)[::-1]))
            bodies.append(replace(body, center_mm=(x, y, z)))
    return replace(with_image(case, array), masks={volume.key: mask}, bodies=tuple(bodies))


def mask_of(case: Case) -> NDArray[np.integer]:
    """Bodies by number, on the grid of the volume."""
    return np.asarray(case.masks[case.volumes[0].key])


def some_labels(case: Case, rng: np.random.Generator) -> list[int]:
    """A third of the bodies."""
    chosen: list[int] = rng.permutation([b.label for b in case.bodies])[: max(1, len(case.bodies) // 3)].tolist()
    return chosen
