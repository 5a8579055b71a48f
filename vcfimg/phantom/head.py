"""The atlas, skull base, brain, brain stem and face above C2: what a cervical field of view shows above the spine."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.canvas import COARSE, Canvas
from vcfimg.phantom.dens import LENGTH_MM
from vcfimg.phantom.spine import Spine
from vcfimg.phantom.tissue import T

Array = NDArray[np.float32]

BELOW_MM: Final = 95.0
"""The chin lies this far below the tip of the dens at most."""

SKULL_MM: Final = 7.0
"""Thickness of the vault: two tables with marrow between."""

TABLE_MM: Final = 1.0

FOSSA: Final = ((0.0, 36.0, 30.0), (46.0, 38.0, 32.0))
"""Posterior fossa: centre and radii (x left, y posterior, z superior of the tip of the dens; adult, mm)."""
CEREBRUM: Final = ((0.0, 18.0, 92.0), (62.0, 78.0, 58.0))


@dataclass(frozen=True, eq=False)
class _Points:
    """Points in the head's frame: origin at the tip of the dens, millimetres of an average adult."""

    x: Array
    y: Array
    z: Array

    def ellipsoid(self, center: tuple[float, float, float], radii: tuple[float, float, float]) -> Array:
        """Roughly the signed distance to an ellipsoid, negative inside."""
        a, b, c = ((p - m) / r for p, m, r in zip((self.x, self.y, self.z), center, radii, strict=True))
        return np.asarray((np.sqrt(a * a + b * b + c * c) - 1) * min(radii), np.float32)

    def rod(self, start: tuple[float, float], end: tuple[float, float], radius: float, half_width: float) -> Array:
        """Signed distance to a slab between two (y, z) points, ``half_width`` to either side of the midline."""
        (ay, az), (by, bz) = start, end
        dy, dz = by - ay, bz - az
        t = np.clip(((self.y - ay) * dy + (self.z - az) * dz) / (dy * dy + dz * dz), 0, 1)
        across = np.hypot(self.y - ay - t * dy, self.z - az - t * dz) - radius
        return np.asarray(np.maximum(across, np.abs(self.x) - half_width), np.float32)


def paint_head(spine: Spine, canvas: Canvas) -> None:
    """Paint what lies above C2 and in front of its upper neighbours, where the slice reaches it."""
    c2 = spine.bodies[0]
    tip = c2.top[1] + LENGTH_MM
    points = canvas.grid.points
    if not (c2.to_local(points[::COARSE, ::COARSE])[..., 2] > tip - BELOW_MM).any():
        return
    rng = np.random.default_rng([spine.spec.seed, 29])
    nod, size = np.deg2rad(rng.normal(0, 8)), float(rng.uniform(0.92, 1.08)) * spine.spec.scale
    local = c2.to_local(points)
    y, z = local[..., 1] / size, (local[..., 2] - tip) / size
    at = _Points(local[..., 0] / size, np.cos(nod) * y - np.sin(nod) * z, np.sin(nod) * y + np.cos(nod) * z)
    _paint_face(at, canvas, rng)
    _paint_skull(at, canvas, rng)
    _paint_brain(at, canvas)
    _paint_atlas(local, tip, c2.depth, canvas.tissue)


def _bone(tissue: NDArray[np.uint8], distance: Array, inside: T) -> None:
    """A shell of cortex around marrow or air."""
    tissue[np.abs(distance) < TABLE_MM] = T.CORTEX
    tissue[distance <= -TABLE_MM] = inside


def _paint_face(at: _Points, canvas: Canvas, rng: np.random.Generator) -> None:
    tissue, medium, fine = canvas.tissue, canvas.medium, canvas.fine
    front = (at.y < -12) & (at.z > -35)
    tissue[front] = T.MUSCLE
    tissue[front & (medium > 0.6)] = T.FAT
    tissue[at.ellipsoid((0, -52, -26), (24, 28, 24)) < 0] = T.MUSCLE
    cavity = (at.y < -28) & (at.y > -84) & (at.z > 0) & (at.z < 38) & (np.abs(at.x) < 18)
    tissue[cavity] = T.CONNECTIVE
    tissue[cavity & (fine + medium > -0.2)] = T.GAS
    tissue[(at.y < -28) & (at.y > -84) & (np.abs(at.z + 1) < 2) & (np.abs(at.x) < 22)] = T.CORTEX
    _bone(tissue, at.ellipsoid((0, -84, -48), (14, 8, 13)), T.POSTERIOR_MARROW)
    _bone(tissue, at.ellipsoid((0, -82, -6), (18, 7, 8)), T.POSTERIOR_MARROW)
    tissue[at.ellipsoid((0, -80, -24), (20, 4, 10)) < 0] = T.CORTEX
    tissue[at.rod((-18, 20), (-21, -12), float(rng.uniform(2.5, 7)), 12) < 0] = T.GAS
    tissue[at.rod((-21, -12), (-25, -60), float(rng.uniform(2.5, 7)), 10) < 0] = T.GAS
    tissue[at.rod((-30, -3), (-23, -18), 3.0, 14) < 0] = T.MUSCLE
    tissue[at.rod((-33, -38), (-29, -56), 1.5, 12) < 0] = T.CONNECTIVE


def _paint_skull(at: _Points, canvas: Canvas, rng: np.random.Generator) -> None:
    tissue = canvas.tissue
    inside = np.minimum(at.ellipsoid(*FOSSA), at.ellipsoid(*CEREBRUM))
    vault = np.maximum(inside - SKULL_MM, -inside)
    _bone(tissue, np.asarray(vault, np.float32), T.POSTERIOR_MARROW)
    cavity = inside < -TABLE_MM / 2
    tissue[cavity] = T.CSF
    canvas.label[(at.z > 8) & (canvas.label == Label.CANAL)] = Label.BACKGROUND
    foramen = (np.abs(at.x) < 13) & (at.y > 5) & (at.y < 30) & (at.z > -12) & (at.z < 14)
    tissue[foramen] = T.CSF
    sinus = at.ellipsoid((0, -36, 42), (14, 12, 10))
    if rng.random() < 0.8:
        _bone(tissue, sinus, T.GAS)
    marrow = T(int(rng.choice([T.MARROW, T.POSTERIOR_MARROW, T.FATTY_MARROW])))
    _bone(tissue, at.rod((-1, 7), (-22, 44), float(rng.uniform(4.5, 6.5)), 15), marrow)


def _paint_brain(at: _Points, canvas: Canvas) -> None:
    tissue, fine = canvas.tissue, canvas.fine
    free = ~np.isin(tissue, (T.CORTEX, T.MARROW, T.POSTERIOR_MARROW, T.FATTY_MARROW))
    for center, radii in (FOSSA, CEREBRUM):
        depth = at.ellipsoid(center, radii)
        brain = free & (depth < -3) & ((at.y > 20 - 0.2 * at.z) | (at.z > 55))
        tissue[brain] = T.GREY_MATTER
        tissue[brain & (depth < -6) & (fine > -0.2)] = T.WHITE_MATTER
    stem = np.minimum(at.rod((17, -12), (13, 18), 6.0, 8.0), at.ellipsoid((0, 6, 34), (14, 12, 14)))
    stem = np.minimum(stem, at.rod((9, 45), (9, 62), 8.0, 12.0))
    tissue[free & (stem < 0) & (at.z > -10)] = T.WHITE_MATTER
    tissue[free & (at.ellipsoid((0, 23, 32), (6, 4, 9)) < 0)] = T.CSF


def _paint_atlas(local: Array, tip: float, depth: float, tissue: NDArray[np.uint8]) -> None:
    """The ring of C1 around dens and canal, thick at its lateral masses; the body of C2 is painted over it later."""
    x, y, z = local[..., 0], local[..., 1], local[..., 2] - (tip - 8.0)
    half_depth, half_width = 19.0, 23.0
    middle = -0.5 * depth - 2.0 + half_depth
    around = np.hypot(x / half_width, (y - middle) / half_depth)
    lateral = np.exp(-np.square((np.abs(x) - 17) / 6)) * np.exp(-np.square((y - middle + 8) / 8))
    radius = 3.8 + 4.5 * lateral
    _bone(tissue, np.asarray(np.hypot((around - 1) * half_depth, 0.8 * z) - radius, np.float32), T.POSTERIOR_MARROW)
