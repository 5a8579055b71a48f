"""One vertebral body of the phantom as an implicit surface with exact heights.

Local frame: x to the patient's left, y posterior, z superior, millimetres, origin at the centre of the body. The zero
level of :meth:`Body.distance` is the centre of the dark endplate line (clinical.md section 5).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def smooth_max(a: Array, b: Array, k: float) -> Array:
    """Maximum of two fields, rounded over a width ``k``."""
    h = np.maximum(k - np.abs(a - b), 0)
    return np.asarray(np.maximum(a, b) + h * h / (4 * k), np.float32)


@dataclass(frozen=True, eq=False)
class Body:
    """Geometry of one body (or one sacral segment).

    Parameters
    ----------
    level
        Level name.
    center, axes
        Local origin (LPS mm) and a 3x3 matrix whose columns are the local x, y and z axes in LPS.
    top, bottom
        (anterior, middle, posterior) z of the superior and inferior endplate, mm.
    expected_heights
        (anterior, middle, posterior) height before any fracture, mm.
    depth, width
        Mid-sagittal depth and coronal width between the walls, mm.
    """

    level: str
    center: NDArray[np.float64]
    axes: NDArray[np.float64]
    top: tuple[float, float, float]
    bottom: tuple[float, float, float]
    expected_heights: tuple[float, float, float]
    depth: float
    width: float
    waist: float = 0.06
    taper: float = 0.0
    """Share by which the depth at the upper end exceeds ``depth`` and that at the lower end falls short of it."""
    profile_power: float = 2.2
    """Shape of the endplates' concavity: inside a flat rim, as the ring apophysis leaves it."""
    corner_radius: float = 2.0
    plate_mm: float = 1.2
    wall_mm: float = 1.0
    retropulsion_mm: float = 0.0
    osteophyte_mm: float = 0.0
    pits: tuple[tuple[float, float, float], ...] = ()
    bumps: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 4)))
    """Endplate roughness: rows (amplitude mm, kx, ky, phase)."""

    @property
    def heights(self) -> tuple[float, float, float]:
        """Exact (anterior, middle, posterior) heights in mm, corners continued past rounding, spurs and pits."""
        a, m, p = (t - b for t, b in zip(self.top, self.bottom, strict=True))
        return a, m, p

    def depth_at(self, zeta: Array | float) -> Array | float:
        """Depth in mm between the walls at a height of -1 (lower end) to 1 (upper end), apart from the waist."""
        return self.depth * (1 + self.taper * zeta)

    def to_local(self, points: NDArray[np.floating]) -> Array:
        """Map ``(…, 3)`` LPS mm to local mm."""
        return np.asarray((points - self.center) @ self.axes, np.float32)

    def to_lps(self, local: NDArray[np.floating]) -> NDArray[np.float64]:
        """Map ``(…, 3)`` local mm to LPS mm."""
        return np.asarray(local, float) @ self.axes.T + self.center

    def plate(self, x: Array, y: Array, *, top: bool, rough: bool = True) -> Array:
        """z of the superior or inferior endplate at local (x, y)."""
        a, m, p = self.top if top else self.bottom
        t = np.clip(y / (self.depth / 2), -1.25, 1.25)
        s = np.clip(np.abs(x) / (self.width / 2), 0, 1.2)
        linear = 0.5 * (a + p) + 0.5 * (p - a) * t
        sag = m - 0.5 * (a + p)
        z = linear + sag * np.square(np.maximum(1 - np.abs(t) ** self.profile_power, 0)) * (1 - 0.75 * s * s)
        if rough:
            sign = 1.0 if top else -1.0
            for amplitude, kx, ky, phase in self.bumps:
                z = z + amplitude * np.cos(kx * x + ky * y + phase + (0 if top else 2.0))
            for px, py, depth in self.pits:
                if (depth > 0) == top:
                    r2 = (x - px * self.width / 2) ** 2 + (y - py * self.depth / 2) ** 2
                    z = z - sign * abs(depth) * np.exp(-r2 / (2 * (1.1 + 0.5 * abs(depth)) ** 2))
        return np.asarray(z, np.float32)

    def radial(self, x: Array, y: Array, zeta: Array | float = 0.0) -> Array:
        """Outline coordinate: 1 on the wall, smaller inside; ``zeta`` is height, -1 to 1, for the waist."""
        shrink = 1 - self.waist * np.clip(1 - np.square(zeta), 0, 1)
        half_depth, half_width = self.depth_at(zeta) / 2, self.width / 2
        front = y < 0
        v = np.where(front, y / (half_depth * shrink), y / (half_depth * (0.5 + 0.5 * shrink)))
        u = x / (half_width * shrink)
        exponent = np.where(front, 2.3, 3.2)
        return np.asarray((np.abs(u) ** exponent + np.abs(v) ** exponent) ** (1 / exponent), np.float32)

    def distance(self, local: Array) -> tuple[Array, Array]:
        """Signed distance in mm to the surface (negative inside) and the endplate part of it."""
        x, y, z = local[..., 0], local[..., 1], local[..., 2]
        top = self.plate(x, y, top=True)
        bottom = self.plate(x, y, top=False)
        d_plate = np.maximum(z - top, bottom - z)
        half = np.maximum(0.5 * (top - bottom), 1.0)
        zeta = np.clip((z - 0.5 * (top + bottom)) / half, -1, 1)
        y_wall = y
        if self.retropulsion_mm:
            y_wall = y - self.retropulsion_mm * np.exp(-np.square((zeta - 0.35) / 0.55)) * np.clip(
                y / (self.depth / 2), 0, 1
            )
        f = self.radial(x, y_wall, zeta)
        r = np.hypot(x, y_wall)
        d_wall = r * (1 - 1 / np.maximum(f, 1e-3))
        d_wall = np.where(f < 0.2, -0.4 * min(self.depth, self.width), d_wall)
        d = smooth_max(np.asarray(d_plate, np.float32), np.asarray(d_wall, np.float32), self.corner_radius)
        if self.osteophyte_mm:
            for zc in (self.top[0], self.bottom[0]):
                inward = -np.sign(zc) * 1.5
                along = np.clip(-(y + self.depth / 2 - 3) / (3 + self.osteophyte_mm), 0, 1)
                cy = -(self.depth / 2 - 3) - along * (3 + self.osteophyte_mm)
                cz = zc + inward + np.sign(zc) * 0.6 * along * self.osteophyte_mm * 0.5
                spur = np.hypot(np.hypot(y - cy, z - cz), np.maximum(np.abs(x) - self.width * 0.3, 0)) - (
                    2.4 - 1.2 * along
                )
                d = np.minimum(d, spur)
        return np.asarray(d, np.float32), np.asarray(d_plate, np.float32)

    def reach(self) -> NDArray[np.float64]:
        """(8, 3) LPS corners of a box that holds the body with its spurs, bulge and rough endplates."""
        spur = self.osteophyte_mm
        rough = float(np.abs(self.bumps[:, 0]).sum()) + 0.5 * spur + 3.0
        half_width, front = self.width / 2 + 3, self.depth / 2 + spur + 4
        back = self.depth / 2 + 1.3 * self.retropulsion_mm + 4
        top = max(*self.top, 1.25 * self.top[0] - 0.25 * self.top[2], 1.25 * self.top[2] - 0.25 * self.top[0]) + rough
        low = self.bottom
        bottom = min(*low, 1.25 * low[0] - 0.25 * low[2], 1.25 * low[2] - 0.25 * low[0]) - rough
        box = [(x, y, z) for x in (-half_width, half_width) for y in (-front, back) for z in (bottom, top)]
        return self.to_lps(np.array(box))

    def corner(self, *, top: bool, where: int) -> NDArray[np.float64]:
        """LPS point of one of the six points: ``where`` -1 anterior, 0 middle, 1 posterior."""
        z = (self.top if top else self.bottom)[where + 1]
        return self.to_lps(np.array([0.0, where * self.depth_at(1 if top else -1) / 2, z]))
