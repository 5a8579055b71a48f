"""The height lines of each body as they lie on one image: what SR and GSPS draw."""

from dataclasses import dataclass

import numpy as np

from vcfimg.imaging.raw import POSITIONS, Position, at
from vcfimg.reports.objects.kept_images import ImageFrame, KeptImages
from vcfimg.result import ScreeningResult

PixelPoint = tuple[float, float]
"""(column, row) in pixels of the image; 0.0\\0.0 is the corner of the first pixel, its centre 0.5\\0.5 (PS3.3
C.18.6.1.1 and C.10.5.1.2)."""


@dataclass(frozen=True)
class HeightLine:
    """One height of one body, drawn on the slice nearest to its middle."""

    vertebra_id: int
    position: Position
    height_mm: float
    image: ImageFrame
    superior: PixelPoint
    inferior: PixelPoint


def height_lines(result: ScreeningResult, kept: KeptImages) -> tuple[HeightLine, ...]:
    """The lines of all bodies whose heights stand in the result, on the series that they were read on."""
    if result.raw is None:
        return ()
    raw = {one.id: one for one in result.raw.vertebrae}
    lines = []
    for vertebra in sorted(result.vertebrae, key=lambda one: one.order):
        if vertebra.measured_on is None or (series := kept.by_key(vertebra.measured_on.key)) is None:
            continue
        readings = raw[vertebra.id].by_series if vertebra.id in raw else ()
        points = next((one.points_mm for one in readings if one.series_id == vertebra.measured_on), None)
        if points is None:
            continue
        for position in POSITIONS:
            height = at(vertebra.height_mm, position)
            if height is None:
                continue
            ends = np.array([getattr(points, f"{position}_superior"), getattr(points, f"{position}_inferior")])
            index = series.geometry.to_index(ends)
            slices, rows, columns = series.geometry.shape
            z = int(np.clip(np.rint(index[:, 2].mean()), 0, slices - 1))
            inside = np.clip(index[:, :2] + 0.5, 0, (columns, rows))
            upper, lower = ((float(column), float(row)) for column, row in inside)
            lines.append(HeightLine(vertebra.id, position, height, series.slices[z], upper, lower))
    return tuple(lines)
