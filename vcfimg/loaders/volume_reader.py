"""From a series found by the scan to a volume of signal."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Note
from vcfimg.errors import LoadError
from vcfimg.loaders.damage import instance_name, quiet
from vcfimg.loaders.pixels.dataset import read_dataset
from vcfimg.loaders.pixels.intensity import is_padding, padding_range, to_signal
from vcfimg.loaders.pixels.pixel_format import PixelFormat, pixel_format
from vcfimg.loaders.pixels.pixel_values import decode
from vcfimg.loaders.pixels.size_limits import DEFAULT_LIMITS, Limits
from vcfimg.loaders.pixels.slices import Slice, slices_of
from vcfimg.loaders.pixels.stack_geometry import StackGeometry, geometry_note, stack_geometry
from vcfimg.loaders.study import Frame, Series
from vcfimg.loaders.volume import Volume
from vcfimg.policy.policy import Policy

BLANK_PERCENTILES: Final = (1.0, 99.0)
"""A slice whose values agree between these shows nothing, whatever letters were burnt into it."""

_BLANK_STEP: Final = 2
"""Every so many rows and columns are looked at."""


def read_volume(series: Series, *, policy: Policy, limits: Limits = DEFAULT_LIMITS) -> Volume:
    """Read, decode and assemble one stack.

    Slices are ordered along ``row x column`` by their positions (right-handed; see
    :func:`vcfimg.loaders.pixels.stack_geometry.stack_geometry`); the same image gives the same volume to the last bit
    whether it came as single frames or as a multi-frame object, and in any lossless encoding. Each station of a whole-
    spine examination is one series and becomes one volume; those that share ``frame_of_reference_uid`` share
    coordinates.

    Parameters
    ----------
    series
        One stack of a scanned study.
    policy
        Gives the angles at which a tilted stack is warned about and refused (``images.oblique_warn_deg``,
        ``images.oblique_refuse_deg``).
    limits
        Sizes that are refused before memory is taken.

    Returns
    -------
    Volume
        float32 signal, rescaled; padding set to the smallest signal of the stack.

    Raises
    ------
    LoadError
        With a code and a sentence that names the instance and the reason. Nothing else is raised for a bad file.
    """
    for problem in series.problems:
        raise LoadError(problem.code, problem.text)
    with quiet():
        return _read(series, policy, limits)


def _read(series: Series, policy: Policy, limits: Limits) -> Volume:
    if len(series.frames) > limits.slices:
        raise LoadError("size_limit", f"the stack has {len(series.frames)} slices, more than {limits.slices}")
    objects = tuple(_objects(series.frames, limits))
    slices = [each for part in objects for each in part.slices]
    stack = stack_geometry(slices)
    warnings = [*stack.warnings, *_tilt_warning(stack, policy), *_lossy_warning(objects)]
    first = slices[0]
    if first.rows * first.columns * len(stack.order) > limits.voxels:
        raise LoadError("size_limit", f"the volume would have more than {limits.voxels} voxels")
    array, repeated = _assemble(objects, stack, limits)
    if repeated:
        warnings.append(geometry_note(f"{repeated} slices are there twice with the same pixels; one of each was kept"))
    _refuse_blank(array)
    return Volume(
        array=array,
        geometry=stack.geometry,
        series_instance_uid=series.series_instance_uid,
        role=series.role,
        frame_of_reference_uid=first.frame_of_reference_uid,
        sop_instance_uids=tuple(slices[group[0]].sop_instance_uid for group in stack.order),
        station=series.station,
        warnings=tuple(warnings),
        stack=series.stack,
    )


class _Object:
    """One file of the stack: its slices, and how to get at their pixels again."""

    def __init__(self, path: str, frames: Sequence[Frame], limits: Limits) -> None:
        self.path = path
        # Frames are decoded in file order, once each.
        self.indices = sorted({frame.frame or 0 for frame in frames})
        dataset = _reread(path, frames[0].sop_instance_uid, limits)
        self.form: PixelFormat = pixel_format(dataset, limits)
        self.slices: tuple[Slice, ...] = slices_of(dataset, self.indices)
        self.sop_instance_uid = frames[0].sop_instance_uid

    def signals(self, limits: Limits) -> Iterator[tuple[NDArray[np.float32], NDArray[np.bool_]]]:
        """Signal and padding mask of each slice, in the order of ``slices``."""
        dataset = _reread(self.path, self.sop_instance_uid, limits)
        padding = padding_range(dataset, self.form)
        for header, stored in zip(self.slices, decode(dataset, self.indices, self.form), strict=True):
            yield to_signal(stored, self.form, header), is_padding(stored, padding)


def _objects(frames: Sequence[Frame], limits: Limits) -> Iterator[_Object]:
    by_path: dict[str, list[Frame]] = {}
    for frame in frames:
        by_path.setdefault(frame.path, []).append(frame)
    for path, members in by_path.items():
        yield _Object(path, members, limits)


def _reread(path: str, sop_instance_uid: str, limits: Limits) -> Any:
    try:
        dataset = read_dataset(Path(path), limits)
    except LoadError as error:
        raise LoadError(error.code, f"{instance_name(sop_instance_uid)}: {error.message}") from error
    found = str(dataset.get("SOPInstanceUID", ""))
    if not found:
        raise LoadError("damaged_header", f"{instance_name(sop_instance_uid)}: the header cannot be read as announced")
    if found != sop_instance_uid:
        raise LoadError("changed_file", f"{instance_name(sop_instance_uid)}: its file now holds something else")
    return dataset


def _assemble(objects: Sequence[_Object], stack: StackGeometry, limits: Limits) -> tuple[NDArray[np.float32], int]:
    """Fill the volume; also the number of slices left out because an identical one was there."""
    place = {index: z for z, group in enumerate(stack.order) for index in group}
    array = np.zeros(stack.geometry.shape, dtype=np.float32)
    padded = np.zeros(array.shape, dtype=bool)
    filled: set[int] = set()
    repeated = index = 0
    for part in objects:
        for header, (signal, padding) in zip(part.slices, part.signals(limits), strict=True):
            z = place[index]
            index += 1
            if z in filled:
                if not np.array_equal(array[z], signal):
                    raise LoadError("duplicate_position", f"{header.name} lies where another, different slice lies")
                repeated += 1
                continue
            filled.add(z)
            array[z], padded[z] = signal, padding
    if padded.any():
        array[padded] = array[~padded].min() if not padded.all() else 0
    return array, repeated


def _refuse_blank(array: NDArray[np.float32]) -> None:
    """Refuse a stack of zeros or of one value, or one that is blank in half its slices or between two others."""
    sampled = array[:, ::_BLANK_STEP, ::_BLANK_STEP].reshape(len(array), -1)
    low, high = np.percentile(sampled, BLANK_PERCENTILES, axis=1)
    shown = np.flatnonzero(high > low)
    if not shown.size:
        raise LoadError("blank_image", "the images are blank: all pixels have the same value")
    inside = int(shown[-1] - shown[0] + 1 - shown.size)
    if inside or 2 * shown.size < len(array):
        blank = len(array) - shown.size
        raise LoadError("blank_image", f"{blank} of {len(array)} slices are blank: their pixels have one value")


def _tilt_warning(stack: StackGeometry, policy: Policy) -> tuple[Note, ...]:
    tilt, limit = stack.obliquity_deg, policy.images
    if tilt > limit.oblique_refuse_deg:
        raise LoadError(
            "too_oblique", f"slices are tilted by {tilt:.0f} degrees, the limit is {limit.oblique_refuse_deg:g}"
        )
    return (geometry_note(f"slices are tilted by {tilt:.0f} degrees"),) if tilt > limit.oblique_warn_deg else ()


def _lossy_warning(objects: Sequence[_Object]) -> tuple[Note, ...]:
    lossy = any(part.form.lossy for part in objects)
    if not lossy:
        return ()
    return (geometry_note("the pixels went through lossy compression; heights and signals may be off"),)
