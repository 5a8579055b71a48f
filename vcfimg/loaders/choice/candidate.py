"""Which stacks could be measured at all, and in plain words why the others cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vcfimg.base import Note
from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.slices import Slice
from vcfimg.loaders.pixels.stack_geometry import stack_geometry
from vcfimg.loaders.stacks.plane import extent
from vcfimg.loaders.study import Series
from vcfimg.loaders.survey import is_survey
from vcfimg.roles import Role, Slot

MIN_SLICES: Final = 3
"""Fewer slices give no volume across the vertebral body."""

USES: Final[dict[Slot, tuple[str, ...]]] = {
    "t1": ("heights", "t1"),
    "t2": ("heights",),
    "edema": ("heights", "edema"),
}
"""What a series in each slot is used for."""

Span = tuple[float, float]
"""Lower and upper end along the head-foot axis, LPS mm."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stack that may be used, with what the choice compares."""

    series: Series
    slot: Slot
    span: Span
    width_mm: float
    """Covered from right to left."""

    @property
    def survey(self) -> bool:
        """Too few slices to measure by, enough to count levels."""
        return is_survey(len(self.series.frames))

    @property
    def length_mm(self) -> float:
        """Covered from foot to head."""
        return self.span[1] - self.span[0]


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a stack is not used: stable code and sentence."""

    code: str
    reason: str
    defect: bool = False
    """It would be measured but for a fault in its files."""


def candidate_of(series: Series, oblique_refuse_deg: float, unusable: Mapping[str, Note]) -> Candidate | Rejection:
    """Judge one stack by itself.

    Parameters
    ----------
    oblique_refuse_deg
        Largest tilt out of the sagittal plane (policy, ``images.oblique_refuse_deg``).
    unusable
        By series key: a failure found later, when the pixels were read.
    """
    found = series.classification
    if found.exclusion == "localizer":
        return Rejection("localizer", found.reason or "A localiser.")
    if found.spine is False:
        note = next((text for text in found.evidence if "body part" in text.lower() or "BodyPart" in text), "")
        return Rejection("not_spine", f"Not the spine: {note}." if note else "Not the spine.")
    if series.plane is not None and series.plane != "sagittal":
        plane = series.plane.capitalize()
        return Rejection(
            f"plane_{series.plane}", f"{plane} images: vertebral heights and edema are measured on sagittal images."
        )
    if found.exclusion is not None:
        return Rejection(found.exclusion, found.reason or "Not one of the contrasts that are measured.")
    if series.role is Role.DIXON_WATER and found.contrast in {"t1", "pd"}:
        return Rejection("water_not_t2", "A Dixon water image with T1 or proton-density timing does not show edema.")
    if series.key in unusable:
        return Rejection(unusable[series.key].code, unusable[series.key].text, defect=True)
    for problem in series.problems:
        return Rejection(problem.code, problem.text, defect=True)
    if series.obliquity_deg is not None and series.obliquity_deg > oblique_refuse_deg:
        tilt = f"{series.obliquity_deg:.0f}° out of the sagittal plane"
        return Rejection("too_oblique", f"Tilted {tilt}; the limit is {oblique_refuse_deg:g}°.")
    if len(series.frames) < MIN_SLICES:
        number = len(series.frames)
        images = "image" if number == 1 else "images"
        text = f"Only {number} {images}: at least {MIN_SLICES} parallel slices are needed."
        return Rejection("too_few_slices", text, defect=True)
    return _measured(series)


def _measured(series: Series) -> Candidate | Rejection:
    slot = series.role.traits.slot
    if slot is None:
        return Rejection("unknown_contrast", "Not one of the contrasts that are measured.")
    header, orientation = series.header, series.orientation
    span = orientation and extent(series.frames, orientation, header, 2)
    across = orientation and extent(series.frames, orientation, header, 0)
    if not (orientation and span and across and header.pixel_spacing and header.rows and header.columns):
        text = "Matrix size or pixel spacing is missing or impossible, so nothing can be measured."
        return Rejection("missing_geometry", text, defect=True)
    # As far as the scan knows the slices: enough to see what the reading would refuse.
    known = (orientation, header.pixel_spacing, header.rows, header.columns)
    slices = [
        Slice(frame.sop_instance_uid, frame.frame or 0, frame.position, *known)
        for frame in series.frames
        if frame.position is not None
    ]
    try:
        stack_geometry(slices)
    except LoadError as error:
        return Rejection(error.code, error.message, defect=True)
    return Candidate(series, slot, span, across[1] - across[0])
