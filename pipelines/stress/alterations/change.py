"""What all alterations share."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Vec3, vec3
from vcfimg.evaluation.evaluation_case import Case
from vcfimg.loaders.volume import Volume

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
        own = mask == body.label
        if own.any():
            bodies.append(replace(body, center_mm=center_mm(volume, own)))
    return replace(with_image(case, array), masks={volume.key: mask}, bodies=tuple(bodies))


def center_mm(volume: Volume, body: NDArray[np.bool_]) -> Vec3:
    """Middle of the pixels of a body, LPS."""
    return vec3(volume.to_lps(np.argwhere(body).mean(axis=0)[::-1]))


def mask_of(case: Case) -> NDArray[np.integer]:
    """Bodies by number, on the grid of the volume."""
    return np.asarray(case.masks[case.volumes[0].key])


def some_labels(case: Case, rng: np.random.Generator) -> list[int]:
    """A third of the bodies."""
    chosen: list[int] = rng.permutation([b.label for b in case.bodies])[: max(1, len(case.bodies) // 3)].tolist()
    return chosen
