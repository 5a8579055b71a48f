"""What a batch remembers of each study from run to run."""

from collections.abc import Sequence
from typing import Protocol

from pipelines.batch.job import Entry, Job, Outcome
from vcfimg.base import Note
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.listing import Listing
from vcfimg.reports.tables.run_scope import RunScope


class Store(Protocol):
    """What was done with each study, by StudyInstanceUID.

    Only an aid: what a store has lost costs a second look at the study, never a result.
    """

    def known(self, study_instance_uid: str) -> Entry | None:
        """The entry of a study whose result is still there, or None."""
        ...

    def begin(self, job: Job) -> bool:
        """An attempt at a study begins; whether it is the last one that the study gets."""
        ...

    def put(self, outcome: Outcome) -> None:
        """Add or replace the entry of a study; an attempt that has begun ends with it."""
        ...

    def listing(self, origin: ListOrigin, scope: RunScope) -> tuple[Listing, Sequence[Note]] | None:
        """The studies for the tables, and results that cannot be read; None where only the results tell."""
        ...
