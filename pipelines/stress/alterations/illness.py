"""Marrow and shape of bodies as disease changes them."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from pipelines.stress.alterations.change import center_mm, mask_of, some_labels, with_image
from pipelines.stress.alterations.collapse import Collapse, blank_rows, collapse_field, random_collapse, shown
from pipelines.stress.alterations.scanner import backward
from vcfimg.evaluation.evaluation_case import Case
from vcfimg.evaluation.traced_heights import traced_heights
from vcfimg.imaging.raw import POSITIONS, Heights, for_each

SOFT_PIXELS: Final = 0.8
"""Blur of the border of what is changed."""
BAND_MM: Final = 8.0
BAND_SHARE: Final = 0.6
"""Bodies with a band below one of their endplates."""
MOTTLE_MM: Final = 5.0
MOTTLE: Final = 0.7
"""SD of the logarithm of the signal in mottled marrow."""
CEMENT_SIZE: Final = 0.55
"""Semi-axes of a filling, relative to those of the body."""
PLANA: Final = (0.65, 0.84)
SCREW_MM: Final = (26.0, 7.0, 6.0)
"""Semi-axes of the hole that a screw leaves: along it (backward), along the spine, sideways."""
SCREW_ASIDE_MM: Final = 14.0
SCREW_BEHIND_MM: Final = 12.0


def bodies_times(factor: float, case: Case, rng: np.random.Generator) -> Case:
    """A third of the bodies darker or brighter, as metastases and edema make them."""
    return _times(case, np.isin(mask_of(case), some_labels(case, rng)) * np.log(factor))


def all_bodies_times(factor: float, case: Case, rng: np.random.Generator) -> Case:
    """All bodies darker or brighter, as diffuse marrow replacement or irradiation make them."""
    return _times(case, (mask_of(case) > 0) * np.log(factor))


def mottled(case: Case, rng: np.random.Generator) -> Case:
    """All marrow patchy, as by myeloma."""
    mask, spacing = mask_of(case), case.volumes[0].spacing
    noise = gaussian_filter(rng.normal(size=mask.shape), MOTTLE_MM / np.asarray(spacing)[::-1])
    return _times(case, (mask > 0) * MOTTLE * np.clip(noise / noise.std(), -1.5, 1.5))


def banded(factor: float, case: Case, rng: np.random.Generator) -> Case:
    """Bands of :data:`BAND_MM` below an upper or above a lower endplate, as Modic changes and fractures show them."""
    upper = {}
    for body in case.bodies:
        side, chosen = rng.random() < 0.5, rng.random() < BAND_SHARE
        if chosen:
            upper[body.label] = side
    return _with_bands(factor, case, upper)


def cemented(case: Case, rng: np.random.Generator) -> Case:
    """A third of the bodies filled with cement, which has no signal."""
    mask = mask_of(case)
    empty = np.zeros(mask.shape)
    for label in some_labels(case, rng):
        own = np.argwhere(mask == label)
        centre, size = own.mean(axis=0), np.sqrt(3) * own.std(axis=0) * CEMENT_SIZE * rng.uniform(0.8, 1.5)
        inside = own[np.square((own - centre - rng.normal(0, 1.5, 3)) / size).sum(axis=1) < 1]
        empty[tuple(inside.T)] = 1
    return with_image(case, case.volumes[0].array * (1 - 0.95 * gaussian_filter(empty, (0, SOFT_PIXELS, SOFT_PIXELS))))


def screwed(case: Case, rng: np.random.Generator) -> Case:
    """Holes with a bright rim, as screws leave them in two neighbouring bodies and behind them."""
    image, mask = case.volumes[0].array, mask_of(case)
    column_mm, row_mm, slice_mm = (float(s) for s in case.volumes[0].spacing)
    z, r, c = (np.arange(n) for n in mask.shape)
    hole = np.zeros(mask.shape)
    for body in case.bodies[-3:-1]:
        at = np.argwhere(mask == body.label).mean(axis=0)
        behind = (c - at[2]) * backward(case) * column_mm - SCREW_BEHIND_MM
        for side in (-1, 1):
            aside = (z - at[0]) * slice_mm - side * SCREW_ASIDE_MM
            far = (
                np.square(aside / SCREW_MM[2])[:, None, None]
                + np.square((r - at[1]) * row_mm / SCREW_MM[1])[None, :, None]
                + np.square(behind / SCREW_MM[0])
            )
            hole = np.maximum(hole, np.exp(-np.square(far)))
    rim = (hole > 0.2) & (hole < 0.5)
    return with_image(case, image * (1 - hole) + rim * 0.6 * float(image.max()))


def collapsed(case: Case, rng: np.random.Generator) -> Case:
    """A third of the bodies collapsed by 25 to 65 percent."""
    return _collapsed(case, {label: random_collapse(rng) for label in some_labels(case, rng)})


def plana(case: Case, rng: np.random.Generator) -> Case:
    """A third of the bodies crushed by 65 to 84 percent."""
    lost = {}
    for label in some_labels(case, rng):
        front = float(rng.uniform(*PLANA))
        lost[label] = Collapse(front, front, front * float(rng.uniform(0.8, 1.0)))
    return _collapsed(case, lost)


def acute(factor: float, case: Case, rng: np.random.Generator) -> Case:
    """A third of the bodies collapsed by 25 to 65 percent, with a band of edema below the endplate that gave way."""
    low = collapsed(case, rng)
    return _with_bands(factor, low, {body.label: True for body in low.bodies if body.index_loss})


def _with_bands(factor: float, case: Case, upper: dict[int, bool]) -> Case:
    """Bands below the upper endplate of a body, or above the lower one; no deeper than half of the body."""
    mask = mask_of(case)
    rows = np.arange(mask.shape[1])[None, :, None]
    band = BAND_MM / float(case.volumes[0].spacing[1])
    log_gain = np.zeros(mask.shape)
    for label, at_top in upper.items():
        own = mask == label
        top, bottom = own.argmax(axis=1)[:, None], mask.shape[1] - 1 - own[:, ::-1].argmax(axis=1)[:, None]
        tall = own.sum(axis=1)
        pixels = min(band, float(np.median(tall[tall > 0])) / 2)
        log_gain[own & ((rows - top if at_top else bottom - rows) < pixels)] = np.log(factor)
    return _times(case, log_gain)


def _collapsed(case: Case, lost: dict[int, Collapse]) -> Case:
    volume = case.volumes[0]
    image, mask = volume.array, mask_of(case)
    column_mm, row_mm, slice_mm = (float(s) for s in volume.spacing)
    blank = 0
    for label, loss in lost.items():
        field = collapse_field(mask, label, loss, row_mm)
        image, mask = shown(image, field, order=3), shown(mask, field, order=0, outside=0)
        blank += blank_rows(field)
    geometry = volume.geometry.padded(rows=(-blank, 0))
    mask = mask[:, blank:]
    moved = replace(volume, array=np.ascontiguousarray(image[:, blank:]), geometry=geometry)
    bodies = []
    for body in case.bodies:
        own = mask == body.label
        if not own.any():
            continue
        percent = _loss_percent(lost[body.label]) if body.label in lost else for_each(lambda _: 0.0)
        heights = traced_heights(own, (column_mm, row_mm, slice_mm))
        whole = body.complete and not own[:, 0].any()
        center = center_mm(moved, own)
        bodies.append(replace(body, center_mm=center, height_mm=heights, loss_percent=percent, complete=whole))
    return replace(case, volumes=(moved,), masks={volume.key: mask}, bodies=tuple(bodies), healthy=False)


def _loss_percent(lost: Collapse) -> Heights:
    """Loss where heights are read: 5 % of the depth inside the walls, and in the middle."""
    at_corners = 100 * lost.across(np.array([0.05, 0.5, 0.95]))
    return Heights(**dict(zip(POSITIONS, at_corners.tolist(), strict=True)))


def _times(case: Case, log_gain: NDArray[np.floating]) -> Case:
    return with_image(case, case.volumes[0].array * np.exp(gaussian_filter(log_gain, (0, SOFT_PIXELS, SOFT_PIXELS))))
