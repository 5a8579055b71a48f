"""Pedicles, laminae, articular, transverse and spinous processes, and ribs."""

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.body import Body
from vcfimg.phantom.spine import Spine
from vcfimg.phantom.tissue import T
from vcfimg.phantom.window import PointGrid

Array = NDArray[np.float32]


def canal_size(level: str, scale: float = 1.0) -> tuple[float, float]:
    """Sagittal and coronal canal diameter in mm (typical adult values)."""
    if level.startswith("C"):
        return 14.0 * scale, 23.0 * scale
    if level.startswith("T"):
        return 15.5 * scale, 18.0 * scale
    if level.startswith("L"):
        return 16.5 * scale, 23.0 * scale
    return 13.0 * scale, 26.0 * scale


def capsule(
    p: Array, a: tuple[float, float, float], b: tuple[float, float, float], radius: float, flat: float = 1.0
) -> Array:
    """Signed distance to a capsule between local points ``a`` and ``b``; ``flat`` stretches it along z."""
    start, end = np.array(a, np.float32), np.array(b, np.float32)
    axis = end - start
    t = np.clip((p - start) @ axis / max(float(axis @ axis), 1e-6), 0, 1)
    delta = p - start - t[..., None] * axis
    delta = delta * np.array([1.0, 1.0, 1.0 / flat], np.float32)
    return np.asarray(np.linalg.norm(delta, axis=-1) - radius, np.float32)


def process_parts(
    body: Body, canal_scale: float
) -> list[tuple[tuple[float, float, float], tuple[float, float, float], float, float]]:
    """Capsules (a, b, radius, flattening) that make up the posterior elements of one vertebra."""
    ap, wide = canal_size(body.level, canal_scale)
    back, h = body.depth / 2, body.expected_heights[2]
    size = body.width / 45
    px = wide / 2 + 2.5
    parts = []
    for s in (-1, 1):
        parts.append(((s * px, back - 2, 0.18 * h), (s * px, back + 0.75 * ap, 0.15 * h), 3.2 * size + 0.8, 1.9))
        parts.append(((s * px, back + 0.85 * ap, 0.1 * h), (s * 2, back + ap + 5, -0.25 * h), 2.8 * size + 0.8, 2.4))
        parts.append(
            (
                (s * (px + 1), back + 0.75 * ap, 0.2 * h),
                (s * (px + 1), back + 0.70 * ap, 0.72 * h),
                3.4 * size + 0.8,
                1.0,
            )
        )
        parts.append(((s * px, back + ap, -0.1 * h), (s * px, back + 1.02 * ap, -0.72 * h), 3.6 * size + 0.8, 1.0))
        parts.append(
            (
                (s * px, back + 0.7 * ap, 0.1 * h),
                (s * (px + 22 * size + 4), back + 0.9 * ap, 0.1 * h),
                2.6 * size + 0.6,
                1.2,
            )
        )
    kind = body.level[0]
    if kind == "L":
        parts.append(((0, back + ap + 5, -0.30 * h), (0, back + ap + 27 * size, -0.38 * h), 3.4, 2.6))
    elif kind == "T":
        drop = 1.15 if body.level in {"T4", "T5", "T6", "T7", "T8", "T9"} else 0.65
        reach = 24.0
        parts.append(((0, back + ap + 3, -0.25 * h), (0, back + ap + reach, -0.25 * h - drop * reach), 2.6, 1.8))
    elif kind == "C" and body.level != "C2":
        reach = 28.0 if body.level == "C7" else 14.0
        parts.append(((0, back + ap + 2, -0.3 * h), (0, back + ap + reach, -0.3 * h - 0.35 * reach), 2.6, 1.4))
    elif body.level == "C2":
        parts.append(((0, back + ap + 2, -0.3 * h), (0, back + ap + 18, -0.4 * h), 4.0, 1.6))
    else:
        parts.append(((0, back + ap + 3, -0.2 * h), (0, back + ap + 7, -0.25 * h), 3.0, 2.2))
    return parts


def paint_posterior_elements(
    spine: Spine, grid: PointGrid, tissue: NDArray[np.uint8], label: NDArray[np.uint8]
) -> None:
    """Paint the posterior elements of every vertebra that the grid reaches."""
    for body in spine.bodies:
        if body.level in {"S4", "S5"}:
            continue
        sacral = body.level.startswith("S")
        if grid.around(body.center + body.axes[:, 1] * (body.depth / 2 + 14), 60) is None:
            continue
        for a, b, radius, flat in process_parts(body, spine.spec.canal_scale):
            window = grid.hull(body.to_lps(np.array([a, b])), radius * max(flat, 1.0) + 1)
            if window is None:
                continue
            d = capsule(body.to_local(grid.points[window]), a, b, radius, flat)
            view, marks = tissue[window], label[window]
            marrow = T.SACRAL_MARROW if sacral else T.POSTERIOR_MARROW
            view[(d < 0) & ((d >= -0.9) & (view != marrow))] = T.CORTEX
            view[d < -0.9] = marrow
            marks[d < 0] = Label.SACRUM if sacral else Label.POSTERIOR
