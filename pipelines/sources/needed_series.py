"""Which series of a study are worth fetching: what their headers say before any pixel has come."""

from collections.abc import Sequence
from typing import Final

from pydicom import Dataset

from vcfimg.loaders.roles.vocabulary import Text, load_vocabulary
from vcfimg.loaders.stacks.plane import plane_of, valid_orientation

MR: Final = "MR"

IMAGE_CLASSES: Final = (
    "1.2.840.10008.5.1.4.1.1.4",
    "1.2.840.10008.5.1.4.1.1.4.1",
    "1.2.840.10008.5.1.4.1.1.4.4",
)
"""MR Image, Enhanced MR Image, Legacy Converted Enhanced MR Image (PS3.4, B.5)."""

T2_ECHO_TIME_MS: Final = 50.0
"""An axial series with a shorter echo is no T2 (see the timing rules of ``loaders/roles``)."""


def worth_a_look(series: Dataset) -> bool:
    """Whether the headers of a series are to be asked for, by what a search tells of it."""
    if str(series.get("Modality", MR)) != MR:
        return False
    return load_vocabulary()["localizer"].find(Text.of(str(series.get("SeriesDescription", "")))) is None


def needed(headers: Sequence[Dataset]) -> list[Dataset]:
    """The headers of the instances to fetch: sagittal ones, and axial ones with a long echo for the picture beside.

    What does not say how it lies is fetched, so that the loaders can say what is wrong with it.
    """
    return [one for one in headers if _is_image(one) and _lies_right(one)]


def expected_bytes(headers: Sequence[Dataset]) -> int:
    """What the instances will take on disk, at most: two bytes a pixel, and a tenth for the headers."""
    pixels = sum(
        _number(one, "Rows") * _number(one, "Columns") * max(1, _number(one, "NumberOfFrames")) for one in headers
    )
    return int(pixels * 2 * 1.1) + 20_000 * len(headers)


def _is_image(header: Dataset) -> bool:
    sop_class = str(header.get("SOPClassUID", ""))
    known_other = sop_class.startswith("1.2.840.10008.") and sop_class not in IMAGE_CLASSES
    return not known_other


def _lies_right(header: Dataset) -> bool:
    numbers = _orientation(header)
    orientation = valid_orientation(numbers) if numbers else None
    if orientation is None:
        return True
    plane, _ = plane_of(orientation)
    return plane == "sagittal" or (plane == "axial" and _echo_time(header) >= T2_ECHO_TIME_MS)


def _orientation(header: Dataset) -> list[float]:
    for holder in (header, *_groups(header, "PlaneOrientationSequence")):
        try:
            return [float(value) for value in holder["ImageOrientationPatient"].value]
        except (KeyError, TypeError, ValueError):
            continue
    return []


def _echo_time(header: Dataset) -> float:
    for holder, name in (
        (header, "EchoTime"),
        *((one, "EffectiveEchoTime") for one in _groups(header, "MREchoSequence")),
    ):
        try:
            return float(holder[name].value)
        except (KeyError, TypeError, ValueError):
            continue
    return 0.0


def _groups(header: Dataset, name: str) -> list[Dataset]:
    """Functional groups of an enhanced image: shared ones, and those of its first frame."""
    found = []
    for where in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        groups = header.get(where)
        if groups and name in groups[0] and groups[0][name].value:
            found.append(groups[0][name].value[0])
    return found


def _number(header: Dataset, name: str) -> int:
    try:
        return int(header[name].value)
    except (KeyError, TypeError, ValueError):
        return 0
