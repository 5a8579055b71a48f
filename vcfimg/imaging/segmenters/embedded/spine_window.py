"""Reads a stack with the network where the spine is: a few slices whole, the others in the columns that show it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.imaging.segmenters.embedded import network

WHOLE_EVERY: Final = 4
"""Every so many slices one is read whole, to find the columns of the spine."""

MARGIN_MM: Final = 24
"""Columns read beside the spine found: scoliosis between the slices read whole, and something to see around it."""

MIN_PIXELS: Final = 12
"""A column of the slices read whole shows the spine from this many pixels on."""

Columns = tuple[int, int]
"""First column, and the one after the last."""

Reading = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Class probabilities ``(slices, 6, rows, columns)`` and core probability ``(slices, rows, columns)``."""


def _whole(slices: int) -> NDArray[np.bool_]:
    """Which of the slices are read whole; all of a few."""
    every = np.arange(slices) % WHOLE_EVERY == WHOLE_EVERY // 2
    return every if slices > WHOLE_EVERY else np.ones(slices, np.bool_)


def read_whole(images: NDArray[np.float32]) -> Reading:
    """Read every :data:`WHOLE_EVERY`-th slice of ``(slices, rows, columns)`` in all its columns."""
    return network.predict(images[_whole(len(images))])


def spine_columns(whole: Reading, columns: int) -> Columns:
    """The columns that show the spine, with a margin; all of them where no spine is seen."""
    background = whole[0][:, 0]
    seen = np.flatnonzero((background < 0.5).sum(axis=(0, 1)) >= MIN_PIXELS)
    if len(seen) == 0:
        return 0, columns
    first, last = max(int(seen[0]) - MARGIN_MM, 0), min(int(seen[-1]) + 1 + MARGIN_MM, columns)
    # the network reads multiples of 32: image is better there than padding
    last = min(first + last - first + -(last - first) % network.MULTIPLE, columns)
    return max(last - (last - first + -(last - first) % network.MULTIPLE), 0), last


def read_columns(images: NDArray[np.float32], whole: Reading | None, at: Columns) -> Reading:
    """Read the slices in the columns ``at``; those that were read whole are cut to them."""
    window = np.s_[..., at[0] : at[1]]
    if whole is None:
        return network.predict(images[window])
    known = _whole(len(images))
    semantic = np.empty((len(images), *whole[0][window].shape[1:]), np.float32)
    core = np.empty((len(images), *whole[1][window].shape[1:]), np.float32)
    semantic[known], core[known] = whole[0][window], whole[1][window]
    semantic[~known], core[~known] = network.predict(images[~known][window])
    return semantic, core
