"""What is remembered of one study from run to run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """Under which conditions the ``result.json`` of a study was written."""

    folder: str
    study_instance_uid: str
    images_key: str
    """Hash of version, segmenter and image policy: a change means the images must be read again."""
    decision_key: str
    """Hash of policy, clinical facts and corrections: a change means deciding again."""
    as_of: str
    """Decision date: another one means deciding again once the age of a fact crosses a limit."""
    status: str
    failure_stage: str | None = None
    failure_code: str | None = None
    passing: str | None = None
    """Code of what kept the study from being seen whole and may be gone next time: it is then screened again."""
    inputs_sha256: str | None = None
    files_signature: str | None = None
    """Hash of paths, sizes, times and inodes of the images; None when not known."""
    scan_signature: str | None = None
    """Hash of what the scan found wrong with the study; None when that is nothing, or not known."""
    result_signature: str | None = None
    """Size and time of the ``result.json`` this entry speaks of."""


@dataclass(frozen=True)
class Listed:
    """The rows of one study in the tables of an output folder, and what orders them."""

    folder: str
    study_instance_uid: str
    listed_by: str
    """What made the rows: they are made again by another version."""
    listed_signature: str
    """Size and time of the ``result.json`` they were made from."""
    listing: str
    """The rows as JSON."""
    priority_class: str
    priority_order: int
    """Place of the class in the list, 0 = first."""
    priority_score: float
    study_date: str
    """ISO date; empty where unknown."""
