"""What a scan finds: studies, their series (one geometric stack each) and the files that were skipped."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from vcfimg.base import Note, Vec3
from vcfimg.errors import LoadError
from vcfimg.roles import Role
from vcfimg.series_id import series_key

Orientation = tuple[float, float, float, float, float, float]
"""ImageOrientationPatient (0020,0037): direction cosines of a row, then of a column, LPS."""


class Frame(NamedTuple):
    """One image plane: a single-frame file, or one frame of a multi-frame file.

    Parameters
    ----------
    path
        The file.
    sop_instance_uid
        SOPInstanceUID (0008,0018); shared by all frames of a multi-frame file.
    position
        ImagePositionPatient (0020,0032): LPS mm of the centre of the first pixel; None when absent or unreadable.
    frame
        Zero-based frame index in a multi-frame file; None in a single-frame file.
    instance_number
        InstanceNumber (0020,0013); never trusted for sorting.
    acquisition
        What tells repeated passes over one position apart: acquisition number, temporal position, b-value, echo
        number, in the order found. Empty when nothing was given.
    """

    path: str
    sop_instance_uid: str
    position: Vec3 | None
    frame: int | None = None
    instance_number: int | None = None
    acquisition: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Header facts shared by every frame of one stack. Text is as found in the file and therefore hostile.

    Times are ms, lengths mm, angles degrees; None or an empty tuple means absent, unreadable or out of range.
    """

    series_description: str | None = None
    protocol_name: str | None = None
    study_description: str | None = None
    body_part: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    series_number: int | None = None
    image_type: tuple[str, ...] = ()
    """ImageType (0008,0008), or FrameType (0008,9007) of a multi-frame file."""
    scanning_sequence: tuple[str, ...] = ()
    sequence_variant: tuple[str, ...] = ()
    scan_options: tuple[str, ...] = ()
    sequence_name: str | None = None
    """SequenceName (0018,0024) or PulseSequenceName (0018,9005)."""
    acquisition_type: str | None = None
    """MRAcquisitionType (0018,0023): 2D or 3D."""
    acquisition_contrast: str | None = None
    """AcquisitionContrast (0008,9209) of enhanced files."""
    complex_component: str | None = None
    """ComplexImageComponent (0008,9208): MAGNITUDE, PHASE, REAL, IMAGINARY."""
    echo_pulse_sequence: str | None = None
    """EchoPulseSequence (0018,9008): SPIN, GRADIENT or BOTH."""
    inversion_recovery: str | None = None
    """InversionRecovery (0018,9009): YES or NO."""
    fat_suppression: str | None = None
    """SpectrallySelectedSuppression (0018,9025): FAT, WATER, NONE, …"""
    repetition_time: float | None = None
    echo_time: float | None = None
    inversion_time: float | None = None
    """Range-checked: values that no inversion pulse can have are None."""
    flip_angle: float | None = None
    echo_train_length: int | None = None
    field_strength: float | None = None
    """Tesla."""
    b_value: float | None = None
    contrast_agent: str | None = None
    contrast_volume: float | None = None
    rows: int | None = None
    columns: int | None = None
    pixel_spacing: tuple[float, float] | None = None
    """(between rows, between columns)."""
    slice_thickness: float | None = None
    frame_of_reference_uid: str | None = None
    transfer_syntax_uid: str | None = None


@dataclass(frozen=True, slots=True)
class Classification:
    """What a stack shows, and why that is believed.

    Parameters
    ----------
    role
        ``t1 | t1_post | t2 | t2_fs | stir | dixon_water | dixon_fat | pd | localizer | other``.
    evidence
        Sentences, strongest first.
    confidence
        0 to 1.
    conflict
        What in the header contradicts the role, as a sentence; None when nothing does.
    exclusion, reason
        Code and sentence when the stack must not be used whatever its plane (``flair``, ``gradient_echo``, …).
    features
        Further properties found by the rules: ``composed``, ``derived``, ``distortion_corrected``, ``contrast_agent``…
    contrast
        The underlying weighting before modifiers (``t1``, ``t2``, ``pd``, …); tells a T2 Dixon water from a T1 one.
    spine
        True/False when the header says what body part it is, None when it does not.
    """

    role: Role = Role.OTHER
    evidence: tuple[str, ...] = ()
    confidence: float = 0.0
    conflict: str | None = None
    exclusion: str | None = None
    reason: str | None = None
    features: frozenset[str] = frozenset()
    contrast: str | None = None
    spine: bool | None = None


@dataclass(frozen=True)
class Series:
    """One stack of parallel planes that belong together; what :func:`vcfimg.loaders.read_volume` reads.

    Stacks inside one SeriesInstanceUID are distinguished by orientation, echo time, inversion time, image or frame type
    and, where positions repeat, by acquisition; halves whose slices alternate and that differ in trifles are one stack.
    Nothing is promised about spacing or gaps: the choice and the volume reader check them.

    Parameters
    ----------
    stack
        Names the stack inside its SeriesInstanceUID; None when the series holds a single stack.
    frames
        Sorted by position along the normal, then by path and frame; never by instance number.
    orientation
        Of the first frame; the others agree to 0.001 in every cosine. None when absent.
    plane, obliquity_deg
        ``sagittal | coronal | axial`` and the angle between normal and nearest patient axis; None without orientation.
    station
        0 for a single-station examination, else 1, 2, … counted from the head. Set by the choice of series.
    problems
        Faults that forbid any use of the stack.
    notes
        What a reader should know of the stack as a whole, which forbids nothing: files that were skipped.
    skipped
        Files that belong to the stack and could not be used. A stack of which nothing could be used has no frames.
    """

    study_instance_uid: str
    series_instance_uid: str
    frames: tuple[Frame, ...]
    header: Header
    stack: str | None = None
    orientation: Orientation | None = None
    plane: str | None = None
    obliquity_deg: float | None = None
    classification: Classification = Classification()
    station: int = 0
    problems: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    skipped: tuple["SkippedFile", ...] = ()

    @property
    def key(self) -> str:
        """The series UID, or ``uid#stack`` where one UID holds several stacks."""
        return series_key(self.series_instance_uid, self.stack)

    @property
    def role(self) -> Role:
        """Short for ``classification.role``."""
        return self.classification.role

    @property
    def frame_of_reference_uid(self) -> str | None:
        """FrameOfReferenceUID (0020,0052)."""
        return self.header.frame_of_reference_uid

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The files, each once, in the order of the frames."""
        return tuple(Path(path) for path in dict.fromkeys(frame.path for frame in self.frames))


@dataclass(frozen=True)
class Study:
    """One StudyInstanceUID. ``problems`` are faults that stop the whole study, ``warnings`` what to know of it."""

    study_instance_uid: str
    series: tuple[Series, ...]
    patient_id: str | None = None
    accession_number: str | None = None
    accession_numbers: tuple[str, ...] = ()
    """All of them, where the images carry several; empty where they agree."""
    study_date: str | None = None
    """ISO date, or None."""
    study_description: str | None = None
    problems: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()

    def check(self) -> None:
        """Raise :class:`LoadError` with the first problem that stops the study (``mixed_patients``, …)."""
        for problem in self.problems:
            raise LoadError(problem.code, problem.text)


class SkippedFile(NamedTuple):
    """A file that is not a usable MR image; ``reason`` is a code of :mod:`vcfimg.loaders.headers.skip_reasons`."""

    path: str
    reason: str


@dataclass(frozen=True)
class ScanResult:
    """Everything below the scanned paths."""

    studies: tuple[Study, ...] = ()
    skipped: tuple[SkippedFile, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        """Number of skipped files by reason, largest first."""
        found: dict[str, int] = {}
        for file in self.skipped:
            found[file.reason] = found.get(file.reason, 0) + 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
