"""Another size, position or part of the patient."""

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.ndimage import affine_transform, map_coordinates

from pipelines.stress.alterations.change import mask_of, with_all
from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.geometry import Geometry
from vcfimg.imaging.raw import Position, at, for_each

S1_SHOWN_MM: Final = 22.0
"""Below the lowest pixel of L5, the disc included."""


def sized(factor: float, case: Case, rng: np.random.Generator) -> Case:
    """Everything is this much smaller: no cervical or thoracic scan is at hand, but real texture of their size is."""
    volume = case.volumes[0]
    affine = np.diag([factor, factor, factor, 1.0]) @ volume.affine
    bodies = tuple(_smaller(body, factor) for body in case.bodies)
    return replace(case, volumes=(replace(volume, geometry=Geometry(volume.shape, affine)),), bodies=bodies)


def _smaller(body: TrueBody, factor: float) -> TrueBody:
    def scaled(x: Position) -> float | None:
        height = at(body.height_mm, x)
        return None if height is None else factor * height

    a, b, c = body.center_mm
    return replace(body, center_mm=(factor * a, factor * b, factor * c), height_mm=for_each(scaled))


def cut(shown: float, case: Case, rng: np.random.Generator) -> Case:
    """The image ends where this share of L5 is shown, or :data:`S1_SHOWN_MM` below it when the whole of it is."""
    volume = case.volumes[0]
    lowest = case.bodies[-1]
    rows = np.flatnonzero((mask_of(case) == lowest.label).any((0, 2)))
    whole = shown >= 1
    last = round(rows[0] + shown * (rows[-1] - rows[0]) + whole * S1_SHOWN_MM / float(volume.spacing[1]))
    geometry = volume.geometry.padded(rows=(0, min(last - volume.shape[1], 0)))
    return replace(
        case,
        volumes=(replace(volume, array=np.ascontiguousarray(volume.array[:, :last]), geometry=geometry),),
        masks={key: mask[:, :last] for key, mask in case.masks.items()},
        bodies=(*case.bodies[:-1], replace(lowest, complete=whole)),
        sacrum_in_view=whole,
    )


def turned(degrees: float, case: Case, rng: np.random.Generator) -> Case:
    """The patient turned within the slices, as by a kyphosis or a pillow; heights stay."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    volume = case.volumes[0]
    middle = (np.array(volume.shape) - 1) / 2
    offset = middle - turn @ middle
    image = affine_transform(volume.array, turn, offset, order=1)
    return with_all(case, image, affine_transform(mask_of(case), turn, offset, order=0))


def curved(mm: float, case: Case, rng: np.random.Generator) -> Case:
    """A scoliosis: the spine leaves its middle slice by up to ``mm`` to either side; heights in a slice stay."""
    volume = case.volumes[0]
    slices, rows, columns = volume.shape
    wave = np.sin(2 * np.pi * (0.9 * np.arange(rows) / rows + rng.random()))
    at = np.broadcast_to(np.arange(slices)[:, None] + mm / float(volume.spacing[2]) * wave, (slices, rows))
    where = np.empty((3, slices, rows, columns), np.float32)
    where[0], where[1], where[2] = at[..., None], np.arange(rows)[:, None], np.arange(columns)
    image = map_coordinates(volume.array, where, order=1)
    return with_all(case, image, map_coordinates(mask_of(case), where, order=0))
