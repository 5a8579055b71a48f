"""What the shape of the column says of the levels: a small network looks at the labels around every body.

It sees bodies, discs, canal and posterior elements, never grey values, so it judges all contrasts alike; and it never
sees the sacrum: that is counted from where it is seen well enough. People differ: a flat lordosis makes L5 look like
L4, a deep one the reverse. It guides a guess and gives no names.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.body_axes import Body, Grid
from vcfimg.imaging.landmarks.level_fit import FLOOR
from vcfimg.imaging.networks.shipped_network import shipped_session
from vcfimg.imaging.segmentation import LabelMap, Tissue

WEIGHTS: Final = "level_shape.onnx"

SIZE: Final = 80
"""Rows and columns of the view of one body."""
UNIT: Final = 21.0
"""Pixels of the view per square root of a body's section area."""
NEAREST: Final = 3
"""Bodies whose median size sets the scale."""
LEAST_BODIES: Final = 3
"""Fewer say too little of a column."""

MIDDLE_MM: Final = 8.0
"""Slices this near to the middle of a body are looked at, and at least its middle one."""
MIDDLE_SHARE: Final = 0.6
"""... if they show this share of its largest section."""
MOST_SLICES: Final = 5

BODY, DISC, CANAL, POSTERIOR, OUTSIDE = 1, 2, 3, 4, 5
_CODE_OF: Final = {Tissue.DISC: DISC, Tissue.CANAL: CANAL, Tissue.POSTERIOR: POSTERIOR}

Array = NDArray[np.float64]


def channels(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's input ``(5, rows, columns)``: body, disc, canal, posterior elements, and what the image holds."""
    parts = [codes == code for code in (BODY, DISC, CANAL, POSTERIOR)]
    return np.asarray(np.stack([*parts, codes != OUTSIDE]), np.float32)


def tissue_codes(semantic: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Codes of the tissues around the bodies; the bodies themselves are told by their instances."""
    codes = np.zeros(semantic.shape, np.uint8)
    for tissue, code in _CODE_OF.items():
        codes[semantic == tissue] = code
    return codes


def local_size(i: int, centres: Mapping[int, Array], sizes: Mapping[int, float]) -> float:
    """Median size of the bodies nearest to body ``i``, itself included."""
    near = sorted(centres, key=lambda j: float(np.linalg.norm(centres[j] - centres[i])))[:NEAREST]
    return float(np.median([sizes[j] for j in near]))


def shape_log_likelihood(
    labels: LabelMap, grid: Grid, bodies: Mapping[int, Body], field: tuple[slice, slice]
) -> dict[int, tuple[float, ...]]:
    """Natural logarithm of how likely each of :data:`~vcfimg.imaging.landmarks.level_fit.LEVELS` is, by body.

    Empty where fewer than :data:`LEAST_BODIES` whole bodies are seen.

    Parameters
    ----------
    bodies
        Fragments and bodies cut by the edge of the image are shown beside the others, and not asked about.
    field
        Rows and columns that hold an image (:func:`vcfimg.imaging.body_axes.field_of_view`).

    Raises
    ------
    SegmentationError
        ``weights_missing`` when the package was installed without them.
    """
    whole = {i: b for i, b in bodies.items() if not (b.on_border or b.fragment)}
    if len(whole) < LEAST_BODIES:
        return {}
    down, back = grid.in_plane(np.array([0.0, 0.0, -1.0])), grid.in_plane(np.array([0.0, 1.0, 0.0]))
    centres = {i: b.centre for i, b in whole.items()}
    roots = {i: float(np.sqrt(b.areas.max())) for i, b in whole.items()}
    views, owners = [], []
    for i, body in whole.items():
        unit = local_size(i, centres, roots) / UNIT
        steps = (np.arange(SIZE) - (SIZE - 1) / 2) * unit
        points = body.centre[:2] + steps[:, None, None] * down + steps[None, :, None] * back
        for k in _middle_slices(body, grid):
            views.append(channels(_codes(labels, k, grid, points, field)))
            owners.append(i)
    said = np.maximum(_predict(np.stack(views)), FLOOR)
    whose = np.array(owners)
    return {i: tuple(float(x) for x in said[whose == i].mean(axis=0)) for i in whole}


def _middle_slices(body: Body, grid: Grid) -> list[int]:
    away = np.abs(body.slices * grid.spacing[2] - body.centre[2])
    ok = (away <= max(MIDDLE_MM, 0.51 * float(grid.spacing[2]))) & (body.areas >= MIDDLE_SHARE * body.areas.max())
    found = [int(k) for k in body.slices[ok]] or [int(body.slices[np.argmax(body.areas)])]
    return found[:: max(1, -(-len(found) // MOST_SLICES))]


def _codes(labels: LabelMap, k: int, grid: Grid, points: Array, field: tuple[slice, slice]) -> NDArray[np.uint8]:
    """The labels of slice ``k`` at ``points`` (mm), nearest voxel."""
    index = np.rint(points / grid.spacing[:2]).astype(np.intp)
    c, r = index[..., 0], index[..., 1]
    rows, columns = field
    outside = (r < rows.start) | (r >= rows.stop) | (c < columns.start) | (c >= columns.stop)
    r, c = (np.clip(i, 0, n - 1) for i, n in zip((r, c), labels.semantic.shape[1:], strict=True))
    codes = tissue_codes(labels.semantic[k, r, c])
    codes[labels.instances[k, r, c] > 0] = BODY
    codes[outside] = OUTSIDE
    return codes


def _predict(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logarithms ``(n, levels)`` of views ``(n, 5, SIZE, SIZE)``."""
    out: NDArray[np.float32] = shipped_session(WEIGHTS).run(None, {"views": views})[0]
    return out
