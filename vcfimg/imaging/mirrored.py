"""Whether one series is a mirror image of another although their positions agree: pixels turned, headers not.

Edges lie at the same place on every contrast, whatever is bright. Where the edges of two series fit clearly better with
one of them turned over, one was turned over. A patient may have moved a little between them.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.ndimage import gaussian_filter

from vcfimg.geometry import Geometry
from vcfimg.imaging.segmenters.embedded.canonical_slices import head_up
from vcfimg.loaders.volume import Volume

STEP_MM: Final = 2.5
"""Distance of the samples in the plane."""

SLICES: Final = 3
"""Slices that are compared, about the middle of the first series."""

COIL_MM: Final = 15.0
"""Brightness is taken against what lies this far around: a surface coil makes the back bright and the front dark."""

MOVED_MM: Final = 16.0
"""Movement between two series in their plane that is allowed for."""

LEAST_SHARED: Final = 0.25
"""Share of the samples that both series must hold; what shares less proves nothing."""

CLEARLY: Final = 0.02
"""Gain of the correlation of edges from which on one way fits clearly better. Measured: series as acquired, moved by up
to 14 mm against each other, lose 0.03 to 0.6 when one is turned over, and win as much when it is turned back."""

WAYS: Final = {
    "front and back": (False, True),
    "head and feet": (True, False),
    "head and feet as well as front and back": (True, True),
}
"""What is exchanged: rows (head to feet), columns (front to back)."""

Array = NDArray[np.float64]


class EdgeFit(NamedTuple):
    """Correlation of the edges of two series, as the positions say and for each of :data:`WAYS`."""

    given: float
    turned: dict[str, float]

    @property
    def mirrored(self) -> str | None:
        """How one is turned over against the other; None where nothing shows that."""
        what = max(self.turned, key=lambda way: self.turned[way])
        return what if self.turned[what] - self.given > CLEARLY else None

    @property
    def agrees(self) -> bool:
        """Whether both clearly lie the same way round."""
        return self.given - max(self.turned.values()) > CLEARLY


def edge_fit(reference: Volume, other: Volume) -> EdgeFit | None:
    """Compare two series; None where they share too little."""
    array, geometry = head_up(reference.array, reference.geometry)
    points = _points(geometry)
    index, inside = _nearest(geometry, points)
    own = _edges(_at(array, index, inside))
    array, geometry = head_up(other.array, other.geometry)
    index, also_inside = _nearest(geometry, points)
    if (inside & also_inside).mean() < LEAST_SHARED:
        return None

    def fit(rows: bool, columns: bool) -> float:
        turned = array[:, :: -1 if rows else 1, :: -1 if columns else 1]
        return _correlation(own, _edges(_at(turned, index, also_inside)))

    return EdgeFit(fit(False, False), {way: fit(*exchanged) for way, exchanged in WAYS.items()})


def _points(geometry: Geometry) -> Array:
    """LPS points ``(slices, rows, columns, 3)`` at :data:`STEP_MM` on the slices about the middle."""
    slices, rows, columns = geometry.shape
    column_mm, row_mm, _ = (float(mm) for mm in geometry.spacing)
    wanted = sorted({slices // 2 + offset * max(1, slices // 6) for offset in (-1, 0, 1)} & set(range(slices)))
    grid = np.meshgrid(
        wanted, np.arange(0, rows, STEP_MM / row_mm), np.arange(0, columns, STEP_MM / column_mm), indexing="ij"
    )
    return geometry.to_lps(np.stack(grid[::-1], axis=-1))


def _nearest(geometry: Geometry, points: Array) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Column, row and slice of the voxel nearest to each point, and which points lie inside."""
    index = np.rint(geometry.to_index(points)).astype(np.intp)
    return index, np.all((index >= 0) & (index < geometry.shape[::-1]), axis=-1)


def _at(array: NDArray[np.float32], index: NDArray[np.intp], inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The voxels, 0 outside."""
    out = np.zeros(inside.shape, np.float32)
    column, row, slice_ = index[inside].T
    out[inside] = array[slice_, row, column]
    return out


def _edges(slices: NDArray[np.float32]) -> Array:
    """Steepness of the brightness, coil shading removed."""
    top = float(np.percentile(slices, 99)) or 1.0
    bright = np.log(np.maximum(slices / top, 0.03))
    sigma = COIL_MM / STEP_MM
    flat = np.stack([gaussian_filter(image, 0.7) - gaussian_filter(image, sigma) for image in bright])
    steep = np.hypot(*np.gradient(flat, axis=(1, 2)))
    return np.asarray(np.minimum(steep, np.percentile(steep, 95)))


def _correlation(a: Array, b: Array) -> float:
    """Largest correlation of two stacks over all movements in their plane up to :data:`MOVED_MM`."""
    reach = int(MOVED_MM / STEP_MM)
    a, b = (edges - edges.mean() for edges in (a, b))
    size = [next_fast_len(n + reach, real=True) for n in a.shape[1:]]
    product = irfft2((rfft2(a, size) * np.conj(rfft2(b, size))).sum(axis=0), size)
    near = np.concatenate([product[: reach + 1], product[-reach:]])
    near = np.concatenate([near[:, : reach + 1], near[:, -reach:]], axis=1)
    scale = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    return float(near.max()) / scale if scale > 0 else 0.0
