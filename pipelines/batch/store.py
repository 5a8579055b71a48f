"""What a batch remembers of each study from run to run."""

from typing import Protocol

from pipelines.batch.job import Entry


class Store(Protocol):
    """What was done with each study, by StudyInstanceUID.

    Only an aid: what a store has lost costs a second look at the study, never a result.
    """

    def known(self, study_instance_uid: str) -> Entry | None:
        """The entry of a study whose result is still there, or None. Does not raise."""
        ...

    def put(self, entry: Entry) -> None:
        """Add or replace an entry. Does not raise: what cannot be kept is done again next time."""
        ...
