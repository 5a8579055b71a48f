"""What a source of studies is to a batch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipelines.sources.skipped_files import SkippedRow
from vcfimg.base import Note
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.result import Failure


@dataclass(frozen=True)
class Skipped:
    """Files that are no usable MR image: each one, their number by reason, and that of those beside no study."""

    rows: Sequence[SkippedRow] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    beside_no_study: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """Gives studies one by one; their files lie on a disk of this machine before the study is given.

    Nothing here may raise for what a single study holds.
    """

    def identifiers(self) -> Sequence[StudyInfo] | None:
        """The identifiers of every study to come; None when they come as they come.

        Which patient a clinical record belongs to is decided over all studies of that patient: without the identifiers,
        a batch with clinical records waits for the last study before it begins with the first.

        Raises
        ------
        LoadError
            When the source as a whole cannot be used.
        """
        ...

    def studies(self) -> Iterator[Study]:
        """Each study once. The source keeps none that it has given."""
        ...

    def release(self, study_instance_uid: str) -> None:
        """The work on a study that was given is done: its files are no longer needed."""
        ...

    def problems(self) -> Sequence[Note]:
        """What could not be had, complete after the last study."""
        ...

    def lost(self) -> Mapping[str, Failure]:
        """Why studies that were announced are not given, by StudyInstanceUID."""
        ...

    def skipped_beside(self, study_instance_uid: str) -> Mapping[str, int]:
        """Number of unusable files beside the images of a study that was given, by reason."""
        ...

    def skipped(self) -> Skipped:
        """The unusable files; complete with the identifiers, or else after the last study."""
        ...
