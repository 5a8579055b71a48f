"""``Figure``: one sagittal picture with level-free geometry, so that names and flags can be redrawn later."""

from typing import Final

from pydantic import ConfigDict

from vcfimg.base import Model
from vcfimg.roles import Role

Point = tuple[float, float]
"""A position on the picture, in picture pixels from its upper left corner: (x, y)."""

POINT_NAMES: Final[tuple[str, ...]] = (
    "anterior_superior",
    "middle_superior",
    "posterior_superior",
    "anterior_inferior",
    "middle_inferior",
    "posterior_inferior",
)


class FigureBody(Model):
    """One vertebral body on the picture."""

    vertebra_id: int
    center: Point
    outlines: tuple[tuple[Point, ...], ...] = ()
    """Closed polygons around the segmented body in the plane shown."""
    points: dict[str, Point] | None = None
    """The six points by name, where measured."""


class Figure(Model):
    """A picture of one series.

    The picture holds the image alone: no name, no text, no identifier. Geometry refers to vertebra ids, so a corrected
    level or a new decision changes the drawing without the image being read again.
    """

    model_config = ConfigDict(**{**Model.model_config, "ser_json_bytes": "base64", "val_json_bytes": "base64"})

    series_key: str
    """See :func:`vcfimg.series_id.series_key`."""
    role: Role
    png: bytes
    width: int
    height: int
    mm_per_pixel: float
    slices: tuple[int, ...]
    """Slices shown, counted from 1 at the patient's right."""
    slice_count: int
    bodies: tuple[FigureBody, ...] = ()
