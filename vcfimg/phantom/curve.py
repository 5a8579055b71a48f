"""Straightened spine coordinates: along the posterior wall, lateral and posterior of it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import cKDTree

from vcfimg.phantom.spine import Spine

NODE_MM = 1.5
BEYOND_MM = 220.0


@dataclass(frozen=True, eq=False)
class SpineCurve:
    """A smooth curve through the posterior wall, with a frame at every node.

    Parameters
    ----------
    nodes
        (n, 3) LPS mm, from head to foot.
    left, posterior
        (n, 3) unit vectors.
    level_index
        (n,) continuous position: k at the centre of ``bodies[k]``.
    """

    nodes: NDArray[np.float64]
    left: NDArray[np.float64]
    posterior: NDArray[np.float64]
    level_index: NDArray[np.float64]

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.nodes)

    def straighten(self, points: NDArray[np.float64]) -> NDArray[np.float32]:
        """Map ``(…, 3)`` LPS mm to ``(…, 3)``: level index, lateral mm (left positive), posterior mm (wall = 0)."""
        flat = points.reshape(-1, 3)
        _, nearest = self._tree.query(flat, workers=1)
        offset = flat - self.nodes[nearest]
        x = np.einsum("ij,ij->i", offset, self.left[nearest])
        y = np.einsum("ij,ij->i", offset, self.posterior[nearest])
        out = np.stack([self.level_index[nearest], x, y], axis=-1)
        return np.asarray(out.reshape(points.shape), np.float32)


def spine_curve(spine: Spine) -> SpineCurve:
    """The curve of one spine, continued straight beyond both ends."""
    points, left, posterior, index = [], [], [], []
    for k, body in enumerate(spine.bodies):
        for end, offset in ((1, -0.35), (-1, 0.35)):
            place = [0.0, body.depth_at(end) / 2, 0.5 * end * body.expected_heights[2]]
            points.append(body.to_lps(np.array(place)))
            left.append(body.axes[:, 0])
            posterior.append(body.axes[:, 1])
            index.append(k + offset)
    p, lft, pos, idx = (np.array(a, float) for a in (points, left, posterior, index))
    up, down = p[0] - p[1], p[-1] - p[-2]
    p = np.vstack([p[0] + up / np.linalg.norm(up) * BEYOND_MM, p, p[-1] + down / np.linalg.norm(down) * BEYOND_MM])
    lft, pos = np.vstack([lft[:1], lft, lft[-1:]]), np.vstack([pos[:1], pos, pos[-1:]])
    idx = np.concatenate([[idx[0] - BEYOND_MM / 20], idx, [idx[-1] + BEYOND_MM / 20]])
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(p, axis=0), axis=1))])
    dense = np.arange(0, arc[-1], NODE_MM)

    def along(values: NDArray[np.float64]) -> NDArray[np.float64]:
        columns = np.stack([np.interp(dense, arc, values[:, c]) for c in range(3)], axis=1)
        return np.asarray(gaussian_filter1d(columns, 3.0, axis=0, mode="nearest"))

    nodes, lft, pos = along(p), along(lft), along(pos)
    lft /= np.linalg.norm(lft, axis=1, keepdims=True)
    pos /= np.linalg.norm(pos, axis=1, keepdims=True)
    return SpineCurve(nodes, lft, pos, np.interp(dense, arc, idx))
