"""What is remembered of one study from run to run: under which conditions its ``result.json`` was written."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One study of an output folder whose result is there."""

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
