"""The pattern of bright marrow within a body, from its 6 x 6 map of mean signals."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from vcfimg.policy.measurement_section import MeasurementPolicy

Pattern = Literal["none", "band", "diffuse", "focal", "endplate"]


def edema_pattern(
    grid: Sequence[Sequence[float | None]], bright_from: float, fraction: float, policy: MeasurementPolicy
) -> Pattern | None:
    """Name the pattern.

    ``none`` below the fraction that counts as free of edema; ``diffuse`` when most cells are bright; ``endplate`` when
    the bright cells keep to the rows next to the endplates; ``band`` when a row is bright over most of the depth;
    ``focal`` otherwise. None when the bright voxels fill no cell.

    Parameters
    ----------
    grid
        Rows superior to inferior, columns anterior to posterior; None where the cell holds no marrow.
    bright_from
        Signal from which marrow counts as bright.
    fraction
        Edema fraction of the body.
    """
    if fraction <= policy.edema_fraction_false:
        return "none"
    values = np.array([[np.nan if cell is None else cell for cell in row] for row in grid], dtype=np.float64)
    known = ~np.isnan(values)
    bright = known & (np.nan_to_num(values, nan=-np.inf) > bright_from)
    if not bright.any():
        return None
    if bright.sum() >= policy.edema_diffuse_share * known.sum():
        return "diffuse"
    if not bright[1:-1].any():
        return "endplate"
    widths = bright.sum(axis=1)
    if widths.max() >= policy.edema_band_columns:
        return "band"
    return "focal"
