"""One slice of an MR object: where it lies and how its stored values become signal."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from vcfimg.errors import LoadError
from vcfimg.loaders.damage import instance_name, quiet, refusing
from vcfimg.loaders.headers.element_text import parts_of, value_of, whole_number
from vcfimg.loaders.headers.fields import decimal
from vcfimg.loaders.tolerances import DECLARED_SPACING_RANGE_MM, MAX_POSITION_MM


@dataclass(frozen=True)
class Slice:
    """Header facts of one slice, taken from a single-frame object or from the functional groups of a multi-frame one.

    Parameters
    ----------
    sop_instance_uid, index
        The object and the frame in it, counted from 0.
    position
        (0020,0032): LPS millimetres of the centre of the first voxel.
    orientation
        (0020,0037): direction cosines of increasing column, then of increasing row.
    pixel_spacing
        (0028,0030): millimetres between rows, between columns.
    rows, columns
        Size in pixels.
    slope, intercept
        (0028,1053), (0028,1052): signal = slope x stored + intercept.
    declared_spacing
        (0018,0088) Spacing Between Slices, only ever compared with the positions; None when absent.
    """

    sop_instance_uid: str
    index: int
    position: tuple[float, float, float]
    orientation: tuple[float, float, float, float, float, float]
    pixel_spacing: tuple[float, float]
    rows: int
    columns: int
    slope: float = 1.0
    intercept: float = 0.0
    declared_spacing: float | None = None
    frame_of_reference_uid: str | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{instance_name(self.sop_instance_uid)}, frame {self.index + 1}"


def slices_of(dataset: Any, indices: Iterable[int] | None = None) -> tuple[Slice, ...]:
    """Read the slices that one object holds.

    Parameters
    ----------
    dataset
        A pydicom data set of an MR, Enhanced MR or Legacy Converted Enhanced MR object.
    indices
        Frames wanted, counted from 0; None for all.

    Raises
    ------
    LoadError
        ``missing_position``, ``missing_geometry``, ``invalid_geometry``, ``invalid_rescale``,
        ``invalid_size``, ``missing_frame``, ``modality_lut`` or ``damaged_header``.
    """
    with quiet(), refusing("damaged_header", "the header cannot be read"):
        per_frame = dataset.get("PerFrameFunctionalGroupsSequence")
        count = len(per_frame) if per_frame else 1
        if not per_frame and frame_count(dataset) > 1:
            uid = instance_name(dataset.get("SOPInstanceUID"))
            raise LoadError("missing_position", f"{uid} holds several frames but does not say where each of them lies")
        wanted = tuple(range(count) if indices is None else indices)
        for index in wanted:
            if not 0 <= index < count:
                uid = instance_name(dataset.get("SOPInstanceUID"))
                raise LoadError("missing_frame", f"{uid} describes {count} frames; frame {index + 1} is not among them")
        return tuple(_slice(dataset, per_frame, index) for index in wanted)


def frame_count(dataset: Any) -> int:
    """(0028,0008) Number of Frames; 1 when absent.

    Raises
    ------
    LoadError
        ``invalid_size`` when it is not a positive number.
    """
    value = value_of(dataset, "NumberOfFrames")
    if value is None or value == "":
        return 1
    number = whole_number(dataset, "NumberOfFrames")
    if number is None or number < 1:
        raise LoadError("invalid_size", f"{instance_name(dataset.get('SOPInstanceUID'))}: NumberOfFrames is not valid")
    return number


def _slice(dataset: Any, per_frame: Any, index: int) -> Slice:
    def group(sequence: str) -> Any:
        """The item that holds for this frame: per-frame, else shared, else the data set itself."""
        shared = dataset.get("SharedFunctionalGroupsSequence")
        places = ([per_frame[index]] if per_frame else []) + ([shared[0]] if shared else [])
        for place in places:
            if items := place.get(sequence):
                return items[0]
        return dataset

    name = f"{instance_name(dataset.get('SOPInstanceUID'))}, frame {index + 1}"
    transformation = group("PixelValueTransformationSequence")
    if dataset.get("ModalityLUTSequence"):
        raise LoadError("modality_lut", f"{name}: signal given by a Modality LUT table is not supported")
    position = _numbers(group("PlanePositionSequence"), "ImagePositionPatient", 3, "missing_position", name)
    if max(map(abs, position)) > MAX_POSITION_MM:
        raise LoadError("invalid_geometry", f"{name}: ImagePositionPatient is not possible")
    orientation = _numbers(group("PlaneOrientationSequence"), "ImageOrientationPatient", 6, "missing_geometry", name)
    spacing = _numbers(group("PixelMeasuresSequence"), "PixelSpacing", 2, "missing_geometry", name)
    return Slice(
        sop_instance_uid=_uid(dataset.get("SOPInstanceUID")) or "",
        index=index,
        position=(position[0], position[1], position[2]),
        orientation=(
            orientation[0],
            orientation[1],
            orientation[2],
            orientation[3],
            orientation[4],
            orientation[5],
        ),
        pixel_spacing=(spacing[0], spacing[1]),
        rows=positive(dataset, "Rows", name),
        columns=positive(dataset, "Columns", name),
        slope=_rescale(transformation, "RescaleSlope", 1.0, name, lambda value: value != 0),
        intercept=_rescale(transformation, "RescaleIntercept", 0.0, name, lambda value: True),
        declared_spacing=_declared_spacing(group("PixelMeasuresSequence")),
        frame_of_reference_uid=_uid(dataset.get("FrameOfReferenceUID")),
    )


def _numbers(item: Any, keyword: str, count: int, missing: str, name: str) -> Sequence[float]:
    value = value_of(item, keyword)
    if value is None or value == "":
        raise LoadError(missing, f"{name}: {keyword} is missing")
    try:
        numbers = [decimal(part) for part in parts_of(value)]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != count or not all(math.isfinite(number) for number in numbers):
        raise LoadError("invalid_geometry", f"{name}: {keyword} does not hold {count} finite numbers")
    return numbers


def positive(dataset: Any, keyword: str, name: str) -> int:
    """A positive whole number of the header, or ``invalid_size``."""
    value = whole_number(dataset, keyword)
    if value is None or value < 1:
        raise LoadError("invalid_size", f"{name}: {keyword} is missing or not a positive number")
    return value


def _rescale(item: Any, keyword: str, default: float, name: str, valid: Callable[[float], bool]) -> float:
    value = value_of(item, keyword)
    if value is None or value == "":
        return default
    try:
        number = decimal(str(value))
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or not valid(number):
        raise LoadError("invalid_rescale", f"{name}: {keyword} is not a usable number")
    return number


def _declared_spacing(item: Any) -> float | None:
    try:
        number = decimal(str(value_of(item, "SpacingBetweenSlices")))
    except (TypeError, ValueError):
        return None
    low, high = DECLARED_SPACING_RANGE_MM
    return number if low <= number <= high else None


def _uid(value: Any) -> str | None:
    text = str(value) if value else ""
    return text if re.fullmatch(r"[0-9.]{1,64}", text) else None
