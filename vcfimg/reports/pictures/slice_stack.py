"""``SliceStack``: the slices of one series around the spine, as kept for the page, with level-free geometry."""

from typing import Literal

from pydantic import ConfigDict

from vcfimg.base import Model
from vcfimg.reports.pictures.figure import Point
from vcfimg.roles import Role

Affine = tuple[tuple[float, float, float, float], tuple[float, float, float, float], tuple[float, float, float, float]]
"""Maps ``[column, row, slice, 1]`` to LPS millimetres: the upper three rows."""


class BodySlice(Model):
    """The outline of one body on one slice."""

    slice: int
    """Index into the slices kept."""
    polygons: tuple[tuple[Point, ...], ...]
    """Closed; (column, row) with pixel centres at whole numbers."""


class StackBody(Model):
    """One vertebral body on the slices."""

    vertebra_id: int
    outlines: tuple[BodySlice, ...] = ()
    points: tuple[Point, ...] = ()
    """The six points in the order of ``figure.POINT_NAMES``, or none; (column, row)."""
    points_slice: float | None = None
    """Where they lie across the stack, in slices kept."""


class SliceStack(Model):
    """Slices of one series: sagittal ones from the right, axial ones as the scanner stacked them.

    Values are counts of grey steps, ``0`` to ``steps - 1``; :mod:`vcfimg.reports.pictures.slice_codec` packs them.
    """

    model_config = ConfigDict(**{**Model.model_config, "ser_json_bytes": "base64", "val_json_bytes": "base64"})

    series_key: str
    role: Role
    plane: Literal["sagittal", "axial"]
    station: int
    rows: int
    columns: int
    affine: Affine
    """In the frame of the reference series: movement between series is taken out."""
    steps: int
    exact: bool
    """Whether every grey value of the image is kept; else they are rounded to ``steps``."""
    averaged: int = 1
    """Pixels along each side that were averaged into one, to keep the page small."""
    window: tuple[float, float]
    """Values that become black and white at first."""
    numbers: tuple[int, ...]
    """Which slices of the series these are, counted from 1 in the order kept."""
    slice_count: int
    """Slices of the whole series."""
    slices: tuple[bytes, ...]
    bodies: tuple[StackBody, ...] = ()
