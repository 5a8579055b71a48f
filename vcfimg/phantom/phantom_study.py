"""A synthetic study: volumes of several contrasts, their labels and the exact truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry
from vcfimg.loaders.volume import Volume
from vcfimg.phantom.acquisition import Acquisition, acquire
from vcfimg.phantom.contrast import STANDARD, Contrast, nulling_ti_ms
from vcfimg.phantom.element_coil import ElementCoil
from vcfimg.phantom.paint import paint
from vcfimg.phantom.person import Person, make_person
from vcfimg.phantom.spec import SpineSpec
from vcfimg.phantom.truth import SpineTruth, truth_of
from vcfimg.roles import Role

FINE_MM: Final = 0.45
"""Painting pitch, unless the pixels are finer."""

REGIONS: Final[dict[str, tuple[str, str]]] = {
    "lumbar": ("S2", "T11"),
    "thoracic": ("L1", "T1"),
    "thoracolumbar": ("L4", "T6"),
    "cervical": ("T3", "C2"),
}
"""Bodies whose centres the field of view is centred between, by region."""


@dataclass(frozen=True, eq=False)
class PhantomStudy:
    """Volumes by role, labels on the same grid, and the truth.

    Parameters
    ----------
    volumes
        By role. All share ``geometry``; where the person moved, the image content is displaced by
        ``moved_mm[role]`` (LPS) and the header is not.
    semantic, instances
        Labels on the grid of the volumes (of a person who did not move).
    """

    spec: SpineSpec
    volumes: Mapping[str, Volume]
    contrasts: Mapping[str, Contrast]
    semantic: NDArray[np.uint8]
    instances: NDArray[np.uint16]
    geometry: Geometry
    truth: SpineTruth
    moved_mm: Mapping[str, tuple[float, float, float]]
    slice_thickness_mm: float

    @property
    def affine(self) -> NDArray[np.float64]:
        """Maps ``[column, row, slice, 1]`` to LPS millimetres."""
        return self.geometry.affine


def stack_affine(
    center: NDArray[np.float64], shape: tuple[int, int, int], pixel_mm: float, gap_mm: float, yaw_deg: float
) -> NDArray[np.float64]:
    """Affine of a sagittal stack around ``center``: columns run posterior, rows to the feet, slices to the right."""
    yaw = np.deg2rad(yaw_deg)
    along = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
    down = np.array([0.0, 0.0, -1.0])
    affine = np.eye(4)
    affine[:3, 0] = along * pixel_mm
    affine[:3, 1] = down * pixel_mm
    affine[:3, 2] = np.cross(along, down) * gap_mm
    middle = np.array([(shape[2] - 1) / 2, (shape[1] - 1) / 2, (shape[0] - 1) / 2])
    affine[:3, 3] = center - affine[:3, :3] @ middle
    return affine


def field_center(person: Person, region: str) -> NDArray[np.float64]:
    """Middle of a region's field of view, LPS mm."""
    at = {b.level: b.center for b in person.spine.bodies}
    low, high = REGIONS[region]
    center = 0.5 * (at[low] + at.get(high, at["T11"]))
    return np.asarray(center + np.array([0.0, 4.0 if region != "cervical" else 12.0, 0.0]))


def field_contrast(role: str, field_t: float) -> Contrast:
    """The standard sequence of a role at a field strength, fat nulled for STIR."""
    base = STANDARD[role]
    ti = None if base.ti_ms is None else round(nulling_ti_ms(field_t))
    return Contrast(base.role, base.tr_ms, base.te_ms, ti, field_t, base.fat_suppression, base.flip_deg)


def make_study(
    spec: SpineSpec,
    *,
    region: str = "lumbar",
    roles: tuple[str, ...] = ("t1", "t2", "stir"),
    slices: int = 13,
    size: tuple[int, int] = (352, 320),
    pixel_mm: float = 0.85,
    gap_mm: float = 4.4,
    thickness_mm: float = 4.0,
    yaw_deg: float = 0.0,
    field_t: float = 1.5,
    acquisition: Acquisition | None = None,
    moved_mm: Mapping[str, tuple[float, float, float]] | None = None,
    timing: Mapping[str, Contrast] | None = None,
    coils: Mapping[str, ElementCoil] | None = None,
    center: tuple[float, float, float] | None = None,
) -> PhantomStudy:
    """Image one synthetic person.

    Parameters
    ----------
    region
        One of :data:`REGIONS`; ``center`` (LPS mm) overrides it.
    size
        (rows, columns) of a slice.
    pixel_mm, gap_mm, thickness_mm
        Pixel size, distance between slice centres, slice thickness.
    moved_mm
        By role: displacement of the person (LPS) during that series.
    timing
        By role: another sequence than the standard one.
    coils
        By role: elements whose sensitivity modulates that series along the spine.
    """
    person = make_person(spec)
    rng = np.random.default_rng([spec.seed, 101])
    how = acquisition or Acquisition()
    shape = (slices, *size)
    middle = field_center(person, region) if center is None else np.array(center)
    affine = stack_affine(middle, shape, pixel_mm, gap_mm, yaw_deg)
    contrasts = {role: (timing or {}).get(role) or field_contrast(role, field_t) for role in roles}
    gains = np.exp(rng.normal(0, 0.03, 64)).astype(np.float32)
    gains[0] = 1
    semantic, instances = np.zeros(shape, np.uint8), np.zeros(shape, np.uint16)
    stacks: dict[str, NDArray[np.float32]] = {role: np.zeros(shape, np.float32) for role in roles}
    moves = dict(moved_mm or {})
    for k in range(slices):
        layers, label, ids = paint_slice(person, affine, k, size, pixel_mm, thickness_mm)
        semantic[k], instances[k] = label, ids[1]
        sensitivity = coil(person, affine, k, size, how.shading)
        by_role = {role: sensitivity * elements(person, affine, k, size, one) for role, one in (coils or {}).items()}
        for role in roles:
            move = moves.get(role)
            content, names = (layers, ids[0])
            if move:
                displaced = affine.copy()
                displaced[:3, 3] -= np.array(move)
                content, _, (names, _) = paint_slice(person, displaced, k, size, pixel_mm, thickness_mm)
            stacks[role][k] = acquire(
                content,
                names,
                contrasts[role],
                how,
                marrow_fat=spec.marrow_fat,
                fine_mm=min(FINE_MM, pixel_mm),
                pixel_mm=pixel_mm,
                shape=size,
                depth_shading=by_role.get(role, sensitivity),
                gains=gains,
                rng=rng,
            )
    geometry = Geometry(shape, affine)
    box = geometry.corners()
    margin = np.array([0.5 * gap_mm, -1.5, -1.5])
    volumes = {
        role: Volume(stack, geometry, f"2.25.{spec.seed + 1}{i + 1:03d}", Role(role), f"2.25.{spec.seed + 1}900")
        for i, (role, stack) in enumerate(stacks.items())
    }
    truth = truth_of(person, (box.min(0) - margin).tolist(), (box.max(0) + margin).tolist())
    return PhantomStudy(spec, volumes, contrasts, semantic, instances, geometry, truth, moves, thickness_mm)


def paint_slice(
    person: Person, affine: NDArray[np.float64], k: int, size: tuple[int, int], pixel_mm: float, thickness_mm: float
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Fine tissue layers of slice ``k``; labels on the acquired grid; body ids on the fine and on the acquired grid."""
    fine = min(FINE_MM, pixel_mm)
    ratio = pixel_mm / fine
    rows, columns = (np.arange(int(np.ceil((n - 1) * ratio)) + 2) / ratio for n in size)
    column, row = affine[:3, 0], affine[:3, 1]
    plane = affine[:3, 3] + k * affine[:3, 2] + rows[:, None, None] * row + columns[None, :, None] * column
    normal = affine[:3, 2] / np.linalg.norm(affine[:3, 2])
    offsets = np.linspace(-1 / 3, 1 / 3, 3) * thickness_mm if thickness_mm > 1.5 else np.zeros(1)
    painted = [paint(person, plane + normal * o, stride=2) for o in offsets]
    center = painted[len(painted) // 2]
    r = np.minimum(np.round(np.arange(size[0]) * ratio).astype(int), plane.shape[0] - 1)
    c = np.minimum(np.round(np.arange(size[1]) * ratio).astype(int), plane.shape[1] - 1)
    grid = np.ix_(r, c)
    return np.stack([p.tissue for p in painted]), center.label[grid], (center.instance, center.instance[grid])


def coil(
    person: Person, affine: NDArray[np.float64], k: int, size: tuple[int, int], strength: float
) -> NDArray[np.float32]:
    """Sensitivity of a posterior spine coil on the acquired grid, about 1 at the spine."""
    z, behind = _along_and_behind(person, affine, k, size)
    along = np.cos((z - z.mean()) / 160.0)
    return np.asarray(
        np.exp(strength * np.clip(behind, -120, 60) / 75.0) * (1 - 0.35 * strength * (1 - along)), np.float32
    )


def elements(
    person: Person, affine: NDArray[np.float64], k: int, size: tuple[int, int], one: ElementCoil
) -> NDArray[np.float32]:
    """Sensitivity of the elements of a coil on the acquired grid, 1 on average at the spine."""
    return one.at(*_along_and_behind(person, affine, k, size))


def _along_and_behind(
    person: Person, affine: NDArray[np.float64], k: int, size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of every pixel of a slice: LPS z, and how far behind the axis of the bodies it lies, mm."""
    rows, columns = np.arange(size[0])[:, None, None], np.arange(size[1])[None, :, None]
    points = affine[:3, 3] + k * affine[:3, 2] + rows * affine[:3, 1] + columns * affine[:3, 0]
    order = np.argsort(person.curve.nodes[:, 2])
    wall = np.interp(points[..., 2], person.curve.nodes[order, 2], person.curve.nodes[order, 1])
    return points[..., 2], points[..., 1] - wall
