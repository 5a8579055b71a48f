"""Everything around the bones: canal and cord, ligaments, muscle, fat, vessels, viscera, chest, neck, head, skin."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import zoom

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.curve import SpineCurve
from vcfimg.phantom.posterior import canal_size
from vcfimg.phantom.spine import Spine
from vcfimg.phantom.tissue import T
from vcfimg.phantom.waves import Waves
from vcfimg.phantom.window import bounding_window

COARSE: Final = 4
"""Smooth coordinates are computed on every 4th point and interpolated."""

ORGANS: Final = (T.BOWEL_CONTENT, T.BOWEL_WALL, T.GAS, T.FAT, T.FLUID, T.LIVER, T.KIDNEY, T.CONNECTIVE, T.SLOW_VESSEL)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The random choices of one person's soft tissues."""

    depth_by_index: NDArray[np.float64]
    width_by_index: NDArray[np.float64]
    canal_by_index: NDArray[np.float64]
    levels: tuple[str, ...]
    conus_index: float
    sac_end_index: float
    diaphragm_index: float
    apex_index: float
    organs: tuple[tuple[NDArray[np.float64], NDArray[np.float64], int], ...]
    fine: Waves
    medium: Waves
    coarse: Waves
    belly_mm: float
    back_fat_mm: float
    back_mm: float
    vessel_x: float
    aorta_tissue: int
    roots: NDArray[np.float64]
    front_fat_mm: float
    prevertebral_fat_mm: float

    @classmethod
    def draw(cls, spine: Spine, rng: np.random.Generator) -> "Surroundings":
        """Random soft tissues for one spine."""
        levels = tuple(b.level for b in spine.bodies)
        at = {level: k for k, level in enumerate(levels)}
        organs = []
        lumbar = spine.bodies[at["L3"]].center
        for _ in range(int(rng.integers(18, 46))):
            center = lumbar + np.array([rng.uniform(-70, 70), -rng.uniform(45, 190), rng.uniform(-210, 170)])
            radii = rng.uniform(7, 38, 3)
            organs.append((center, radii, int(rng.choice(ORGANS))))
        return cls(
            depth_by_index=np.array([b.depth for b in spine.bodies]),
            width_by_index=np.array([b.width for b in spine.bodies]),
            canal_by_index=np.array([canal_size(level, spine.spec.canal_scale) for level in levels]),
            levels=levels,
            conus_index=at.get(spine.spec.conus, at["L1"]) + float(rng.uniform(-0.4, 0.4)),
            sac_end_index=at["S2"] + float(rng.uniform(-0.7, 0.6)),
            diaphragm_index=at["T10"] + float(rng.uniform(-1.0, 1.5)),
            apex_index=at["T1"] + float(rng.uniform(-0.5, 1.0)),
            organs=tuple(organs),
            fine=Waves.draw(rng, 4.0),
            medium=Waves.draw(rng, 14.0),
            coarse=Waves.draw(rng, 60.0),
            belly_mm=spine.spec.belly_mm,
            back_fat_mm=spine.spec.back_fat_mm,
            back_mm=float(rng.uniform(48, 70)) * spine.spec.scale,
            vessel_x=float(rng.uniform(-14, 14)),
            aorta_tissue=int(rng.choice([T.FLOW_VOID, T.FLOW_VOID, T.SLOW_VESSEL, T.HEART])),
            roots=np.column_stack([rng.uniform(-7, 7, 14), rng.uniform(-1.5, 5.5, 14), rng.uniform(-0.5, 0.5, 14)]),
            front_fat_mm=float(rng.uniform(6, 60)),
            prevertebral_fat_mm=float(rng.uniform(1, 9)),
        )


def upsample(coarse: NDArray[np.floating], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Linear interpolation of a coarse grid (every COARSE-th point, ends included) to ``shape``."""
    factors = [*(n / c for n, c in zip(shape, coarse.shape[:2], strict=True)), *([1] * (coarse.ndim - 2))]
    return np.asarray(zoom(coarse, factors, order=1, grid_mode=False), np.float32)


def coarse_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Every COARSE-th point, the last row and column included."""
    rows = np.linspace(0, points.shape[0] - 1, max(2, points.shape[0] // COARSE)).round().astype(int)
    columns = np.linspace(0, points.shape[1] - 1, max(2, points.shape[1] // COARSE)).round().astype(int)
    return points[np.ix_(rows, columns)]


def paint_surroundings(
    around: Surroundings, spine: Spine, curve: SpineCurve, points: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Tissue and label maps of a slice without its bones and discs."""
    shape = points.shape[:2]
    few = coarse_points(points)
    straight = upsample(curve.straighten(few), shape)
    k, x, y = straight[..., 0], straight[..., 1], straight[..., 2]
    coarse = upsample(around.coarse(few), shape)
    medium = upsample(around.medium(few), shape)
    fine = upsample(around.fine(few), shape)
    index = np.arange(len(around.levels))
    depth = np.interp(k, index, around.depth_by_index)
    half_width = np.interp(k, index, around.width_by_index) / 2
    canal_ap = np.interp(k, index, around.canal_by_index[:, 0])
    canal_w = np.interp(k, index, around.canal_by_index[:, 1])

    tissue = np.full(shape, T.FAT, np.uint8)
    tissue[medium > 0.7] = T.CONNECTIVE
    _viscera(around, points, tissue, k, x, y, depth, coarse, medium, fine)
    _muscles(around, tissue, k, x, y, depth, half_width, canal_ap, coarse, medium, fine)
    _near_spine(around, tissue, x, y, depth, half_width, canal_ap, fine, medium)
    label = np.zeros(shape, np.uint8)
    _canal(around, tissue, label, k, x, y, canal_ap, canal_w, fine)
    _head(around, spine, points, tissue, medium, fine)
    _outline(around, spine, curve, points, tissue, label, coarse, k)
    return tissue, label


def _viscera(around, points, tissue, k, x, y, depth, coarse, medium, fine):  # type: ignore[no-untyped-def]
    front = y < -depth - 4
    abdomen = front & (k > around.diaphragm_index) & (x == x)
    tissue[abdomen & (medium > 0.2)] = T.BOWEL_CONTENT
    tissue[abdomen & (medium > 1.1)] = T.CONNECTIVE
    tissue[abdomen & (medium < -1.2)] = T.BOWEL_WALL
    for center, radii, kind in around.organs:
        window = bounding_window(points, center, 1.4 * float(radii.max()))
        if window is None:
            continue
        scaled = (points[window] - center) / radii
        r = np.einsum("ijk,ijk->ij", scaled, scaled) + 0.35 * medium[window]
        view, ahead = tissue[window], front[window]
        view[ahead & (r < 1)] = kind
        view[ahead & (r >= 1) & (r < 1.18)] = T.BOWEL_WALL
    liver = front & (y < -depth - 25) & (k > around.diaphragm_index - 0.6) & (k < around.diaphragm_index + 3 + coarse) & (x + 20 * coarse < 0)
    tissue[liver] = T.LIVER
    tissue[liver & (fine > 1.9)] = T.FLOW_VOID
    chest = front & (k <= around.diaphragm_index + 0.3 * coarse) & (k > around.apex_index)
    tissue[chest] = T.LUNG
    heart = chest & (y < -depth - 32 - 8 * coarse) & (k > around.diaphragm_index - 4)
    tissue[heart] = T.HEART
    tissue[heart & (medium > 0.9)] = T.FLOW_VOID
    tissue[chest & (y > -depth - 14 - 5 * medium)] = T.CONNECTIVE
    neck = front & (k <= around.apex_index)
    tissue[neck] = T.CONNECTIVE
    tissue[neck & (medium > 0.5)] = T.MUSCLE
    tissue[neck & (medium < -0.8)] = T.FAT
    airway = neck & (np.abs(x) < 9) & (np.abs(y + depth + 17 + 3 * coarse) < 7)
    tissue[airway] = T.GAS
    vessel = np.hypot(x - around.vessel_x - 4 * coarse, y + depth + 13 + 3 * coarse)
    below_arch = (k > around.apex_index + 3) & (k < len(around.levels) - 5.6)
    tissue[(vessel < 10.5) & below_arch] = T.MUSCLE
    tissue[(vessel < 9.3) & below_arch] = around.aorta_tissue
    cava = np.hypot(x + 18 + around.vessel_x, y + depth + 11)
    tissue[(cava < 9) & (k > around.diaphragm_index) & (k < len(around.levels) - 5.6)] = T.SLOW_VESSEL


def _muscles(around, tissue, k, x, y, depth, half_width, canal_ap, coarse, medium, fine):  # type: ignore[no-untyped-def]
    lumbar = k > around.diaphragm_index + 1
    psoas = lumbar & (np.hypot((np.abs(x) - half_width - 13) / 15, (y + depth * 0.35) / (0.55 * depth + 4)) < 1 + 0.1 * medium)
    tissue[psoas] = T.MUSCLE
    tissue[psoas & (fine > 2.0)] = T.FAT
    back = (y > canal_ap + 2) & (np.abs(x) > 2.5)
    paraspinal = back & (y < around.back_mm + 6 * coarse)
    tissue[paraspinal] = T.MUSCLE
    streaks = paraspinal & (fine + 0.6 * medium > 1.15)
    tissue[streaks] = T.FAT
    tissue[(np.abs(x) > 14) & (y > -2) & (y <= canal_ap + 4) & (np.abs(x) < 60)] = T.MUSCLE
    midline = (y > canal_ap + 1) & (np.abs(x) <= 2.5) & (y < around.back_mm - 12)
    tissue[midline] = T.CONNECTIVE
    tissue[midline & (medium > 0.3)] = T.FAT
    tissue[midline & (fine > 1.0)] = T.LIGAMENT
    tissue[(np.abs(y - around.back_mm - 6 * coarse) < 0.9) & (np.abs(x) < 60)] = T.LIGAMENT


def _near_spine(around, tissue, x, y, depth, half_width, canal_ap, fine, medium):  # type: ignore[no-untyped-def]
    beside = (np.abs(x) > half_width - 3) & (np.abs(x) < half_width + 4) & (y > -depth) & (y < 0)
    tissue[beside] = T.CONNECTIVE
    foramen = (np.abs(x) > 8) & (np.abs(x) < 24) & (y > -5) & (y < canal_ap * 0.85)
    tissue[foramen] = T.EPIDURAL_FAT
    tissue[foramen & (fine > 1.1)] = T.ROOT
    tissue[foramen & (fine < -1.7)] = T.SLOW_VESSEL
    gap = around.prevertebral_fat_mm
    anterior = (np.abs(x) < half_width * 0.8) & (y < -depth + 0.6) & (y > -depth - gap)
    tissue[anterior] = T.FAT
    tissue[(np.abs(x) < half_width * 0.7) & (y < -depth + 1.0) & (y > -depth - 1.4)] = T.LIGAMENT


def _canal(around, tissue, label, k, x, y, canal_ap, canal_w, fine):  # type: ignore[no-untyped-def]
    bony = (np.abs(x) < canal_w / 2) & (y > -0.5) & (y < canal_ap + 3.5 - 0.25 * np.abs(x)) & (k < len(around.levels) - 1.5)
    tissue[bony] = T.EPIDURAL_FAT
    tissue[bony & (y > canal_ap + 1.2) & (np.abs(x) > 1.0)] = T.LIGAMENT
    taper = np.clip((around.sac_end_index - k) / 1.2, 0, 1)
    open_ = taper > 0
    lumbar = np.clip(k - (around.conus_index + 2.5), 0, 3) / 3
    room = 0.9 + 2.6 * lumbar
    half_ap = np.maximum(canal_ap / 2 - 0.5 * room, 2.0) * np.sqrt(np.maximum(taper, 1e-3))
    center = 1.0 + 0.6 * room + half_ap
    sac = open_ & ((x / (canal_w / 2 - 1.5)) ** 2 + ((y - center) / half_ap) ** 2 < 1)
    tissue[(np.abs(y - 0.4) < 0.8) & (np.abs(x) < canal_w / 2 - 2) & (k < around.sac_end_index + 1)] = T.LIGAMENT
    tissue[sac] = T.CSF
    label[sac] = Label.CANAL
    swelling = 1 + 0.18 * np.exp(-np.square((k - (around.conus_index - 1.5)) / 1.2))
    cord_r = 4.3 * swelling * np.clip((around.conus_index - k) / 0.9, 0, 1) ** 0.6
    is_neck = k < around.apex_index
    cord = (np.hypot(x / 1.35, y - center + np.where(is_neck, 0, 0.6)) < np.where(is_neck, 4.0, cord_r)) & (k < around.conus_index)
    tissue[sac & cord] = T.CORD
    below = sac & (k > around.conus_index - 1) & ~cord
    k, x, y, center = k[below], x[below], y[below], center[below]
    inside = np.full(k.shape, T.CSF, np.uint8)
    spread = np.clip((k - around.conus_index) * 0.5 + 0.4, 0.3, 1.4)
    for rx, ry, drift in around.roots:
        thread = np.hypot(x - rx * spread - 1.5 * drift * np.sin(k), y - center - ry * 0.6 - 2.2 * (1.4 - spread))
        inside[thread < 0.75] = T.ROOT
    tissue[below] = inside


def _head(around, spine, points, tissue, medium, fine):  # type: ignore[no-untyped-def]
    c2 = spine.bodies[0]
    if not (c2.to_local(points[::COARSE, ::COARSE])[..., 2] > c2.top[1]).any():
        return
    local = c2.to_local(points)
    above = local[..., 2] - (c2.top[1] + 20)
    if not (above > -6).any():
        return
    arch = (np.abs(local[..., 2] - c2.top[1] - 10) < 5) & (np.hypot(local[..., 1] + c2.depth * 0.5, 0) < 4.5) & (np.abs(local[..., 0]) < 20)
    tissue[arch] = T.POSTERIOR_MARROW
    skull = above > 0
    tissue[skull] = T.FAT
    base = skull & (above < 22) & (local[..., 1] < 4)
    tissue[base] = T.SACRAL_MARROW
    brain = skull & (local[..., 1] > 2 - 0.2 * above) & (local[..., 1] < 92) & (np.abs(local[..., 0]) < 68)
    tissue[brain] = T.CSF
    tissue[brain & (local[..., 1] > 6) & (local[..., 1] < 86)] = T.GREY_MATTER
    tissue[brain & (fine > 0.2) & (local[..., 1] > 8) & (local[..., 1] < 84)] = T.WHITE_MATTER
    tissue[brain & (local[..., 1] > 87)] = T.CORTEX
    stem = (np.hypot(local[..., 1] - c2.depth * 0.5 - 9, local[..., 0]) < 7.5) & (above > -6) & (above < 45)
    tissue[stem] = T.WHITE_MATTER
    face = skull & (local[..., 1] < -14) & (medium > 0)
    tissue[face] = T.MUSCLE
    tissue[skull & (local[..., 1] < -14) & (medium < -0.7)] = T.GAS


def _outline(around, spine, curve, points, tissue, label, coarse, k):  # type: ignore[no-untyped-def]
    """Subcutaneous fat, abdominal wall, skin and the air around the person, in global coordinates."""
    z, yy, xx = points[..., 2], points[..., 1], points[..., 0]
    order = np.argsort(curve.nodes[:, 2])
    nz, ny, nx = curve.nodes[order, 2], curve.nodes[order, 1], curve.nodes[order, 0]
    window = np.ones(41) / 41
    ny_smooth = np.convolve(np.pad(ny, 20, mode="edge"), window, mode="valid")
    wall_y = np.interp(z, nz, ny_smooth)
    mid_x = np.interp(z, nz, nx)
    hip = np.interp(z, [-140, -40, 60], [38, 14, 0])
    back_skin = wall_y + around.back_mm + around.back_fat_mm + 5 * coarse + hip - 0.0016 * (xx - mid_x) ** 2
    at = dict(zip(around.levels, range(len(around.levels)), strict=True))
    front_scale = np.interp(k, [at["C4"], at["T2"], at["T8"], at["L3"], at["S2"]], [0.45, 0.62, 0.95, 1.0, 0.9])
    front_skin = wall_y - 34 - around.belly_mm * front_scale + 7 * coarse + 0.002 * (xx - mid_x) ** 2
    low = k > around.diaphragm_index
    fat = around.front_fat_mm * np.where(low, 1.0, 0.35)
    wall_front = front_skin + fat
    tissue[(yy < wall_front + 13) & (yy >= wall_front + 11.5)] = T.LIGAMENT
    rectus = (yy < wall_front + 11 + 2 * coarse) & (yy >= wall_front)
    tissue[rectus] = T.MUSCLE
    tissue[rectus & (np.abs(xx - mid_x) < 2)] = T.LIGAMENT
    tissue[yy < wall_front] = T.FAT
    beyond = yy > back_skin - around.back_fat_mm
    tissue[beyond & (tissue != T.CORTEX)] = T.FAT
    tissue[(yy > back_skin - 2) | (yy < front_skin + 2)] = T.SKIN
    air = (yy > back_skin) | (yy < front_skin)
    tissue[air] = T.AIR
    label[air | beyond] = Label.BACKGROUND
