"""An analytic spine of blocks with dark plates: every edge is known to a fraction of a pixel."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from vcfimg.geometry import Geometry
from vcfimg.imaging.segmentation import LabelMap, Segmentation, SegmenterInfo, Tissue
from vcfimg.loaders.volume import Volume

SERIES = "1.2.826.0.1"


@dataclass(frozen=True)
class BoxSpine:
    """Bodies as blocks whose endplates are straight lines, seen on sagittal slices.

    ``anterior_mm`` and ``posterior_mm`` are the heights at the two walls; ``lean_deg`` turns the whole spine in its
    sagittal plane, ``lateral_deg`` leans it sideways. ``edema`` brightens one body.
    """

    anterior_mm: tuple[float, ...] = (25.0, 25.0, 25.0)
    posterior_mm: tuple[float, ...] = (25.0, 25.0, 25.0)
    depth_mm: float = 34.0
    disc_mm: float = 9.0
    plate_mm: float = 0.8
    marrow: float = 100.0
    plate: float = 20.0
    disc: float = 140.0
    csf: float = 220.0
    around: float = 60.0
    blur_mm: float = 0.5
    noise: float = 0.0
    pixel_mm: float = 0.8
    slices: int = 5
    gap_mm: float = 4.5
    lean_deg: float = 0.0
    lateral_deg: float = 0.0
    bulge_mm: float = 0.0
    pit_mm: float = 0.0
    bright: int | None = None
    bright_signal: float = 200.0
    canal_mm: float = 16.0
    offset_px: tuple[float, float] = (0.3, 0.6)
    role: str = "t2"
    shading: float = 0.0
    seed: int = 0
    key: str = SERIES

    def truth(self, body: int) -> NDArray[np.float64]:
        """Heights read 5 % inside the walls and at mid-depth, mm, for the ``body``-th block from the head."""
        a, p = self.anterior_mm[body], self.posterior_mm[body]
        return np.array([a + 0.05 * (p - a), 0.5 * (a + p), p - 0.05 * (p - a)])

    def middles(self) -> NDArray[np.float64]:
        """v of the middle of each body, mm from the middle of the spine."""
        tall = np.maximum(self.anterior_mm, self.posterior_mm)
        starts = np.concatenate([[0.0], np.cumsum(tall + self.disc_mm)[:-1]])
        centres = starts + 0.5 * tall
        return np.asarray(centres - 0.5 * (centres[0] + centres[-1]))

    @cache  # noqa: B019
    def build(self) -> tuple[Volume, LabelMap]:
        """The image and its labels; slices differ only where the spine leans sideways."""
        fine = 4
        length = float(np.ptp(self.middles())) + 70.0
        rows, columns = int(length / self.pixel_mm), int(110.0 / self.pixel_mm)
        affine = np.eye(4)
        affine[:3, 0] = np.array([0.0, self.pixel_mm, 0.0])
        affine[:3, 1] = np.array([0.0, 0.0, -self.pixel_mm])
        affine[:3, 2] = np.array([-self.gap_mm, 0.0, 0.0])
        affine[:3, 3] = [self.gap_mm * (self.slices - 1) / 2, -40.0, 0.5 * length]
        array = np.zeros((self.slices, rows, columns), np.float32)
        semantic = np.zeros(array.shape, np.uint8)
        instances = np.zeros(array.shape, np.uint16)
        r = (np.arange(rows * fine) + 0.5) / fine - 0.5
        c = (np.arange(columns * fine) + 0.5) / fine - 0.5
        rng = np.random.default_rng(self.seed)
        upright: tuple[NDArray[np.float64], NDArray[np.uint8], NDArray[np.uint16]] | None = None
        for k in range(self.slices):
            z = (k - (self.slices - 1) / 2) * self.gap_mm
            if upright is None or self.lateral_deg:
                painted, _, _ = self._paint(r[:, None], c[None, :], rows, columns, z)
                blurred = gaussian_filter(painted, self.blur_mm / self.pixel_mm * fine)
                mean = blurred.reshape(rows, fine, columns, fine).mean(axis=(1, 3))
                own = self._paint(np.arange(rows)[:, None], np.arange(columns)[None, :], rows, columns, z)
                upright = (mean, own[1], own[2])
            fall = np.exp(self.shading * (np.arange(rows)[:, None] / rows - 0.5))
            array[k] = upright[0] * fall + self.noise * rng.standard_normal(upright[0].shape)
            semantic[k], instances[k] = upright[1], upright[2]
        names = tuple(f"{self.key}.{k + 1}" for k in range(self.slices))
        geometry = Geometry.of(array, affine)
        return Volume(array, geometry, self.key, self.role, "1.2.3", names), LabelMap(semantic, instances, geometry)

    def _paint(
        self, r: NDArray[np.float64], c: NDArray[np.float64], rows: int, columns: int, z: float
    ) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint16]]:
        x = (c - (columns - 1) / 2 + self.offset_px[0]) * self.pixel_mm + 0 * r
        y = (r - (rows - 1) / 2 + self.offset_px[1]) * self.pixel_mm + 0 * c
        lean, tilt = np.deg2rad(self.lean_deg), np.deg2rad(self.lateral_deg)
        u = x * np.cos(lean) + y * np.sin(lean)
        v = (-x * np.sin(lean) + y * np.cos(lean)) * np.cos(tilt) + z * np.sin(tilt)
        image = np.full(u.shape, self.around, np.float32)
        semantic = np.zeros(u.shape, np.uint8)
        instances = np.zeros(u.shape, np.uint16)
        half = 0.5 * self.depth_mm
        canal = (u > half + 1.5) & (u < half + 1.5 + self.canal_mm)
        image[canal], semantic[canal] = self.csf, Tissue.CANAL
        column = np.abs(u) < half
        reach = np.abs(v) < 0.5 * float(np.ptp(self.middles())) + 20.0
        image[column & reach], semantic[column & reach] = self.disc, Tissue.DISC
        for i, middle in enumerate(self.middles()):
            share = np.clip(u / self.depth_mm + 0.5, -0.2, 1.2)
            height = self.anterior_mm[i] + share * (self.posterior_mm[i] - self.anterior_mm[i])
            pit = self.pit_mm * (np.abs(u - 2.0) < 3.0)
            back = half + self.bulge_mm * np.clip(1 - np.square((v - middle) / (0.5 * self.posterior_mm[i])), 0, 1)
            plates = np.maximum(v - middle - 0.5 * height, middle - v - 0.5 * height + pit)
            d = np.maximum(plates, np.maximum(u - back, -u - half))
            bright = self.bright_signal if i == self.bright else self.marrow
            image[d < 0] = bright
            image[np.abs(d) < 0.5 * self.plate_mm] = self.plate
            semantic[d < 0] = Tissue.BODY
            instances[d < 0] = i + 1
        return image, semantic, instances


def segmentation(*maps: tuple[str, LabelMap]) -> Segmentation:
    """The label maps as a segmenter would return them; the first is the reference."""
    return Segmentation(maps[0][0], dict(maps), SegmenterInfo(name="blocks", version="1"))
