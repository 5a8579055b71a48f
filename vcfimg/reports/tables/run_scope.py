"""Which studies a run was given, and what that makes of the rows of its worklist."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from vcfimg.loaders.study_info import StudyInfo
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.worklist import INTERRUPTED, Outdated, WorklistEntry, unfinished_entry
from vcfimg.result import Failure


@dataclass(frozen=True)
class RunScope:
    """The part of an output folder that one run speaks of."""

    given: Set[str] | None = None
    """UIDs of the studies in the input; None when they are not known."""
    unfinished: tuple[StudyInfo, ...] = ()
    """Studies of the input that an interrupted run did not finish, or that could not be had."""
    lost: Mapping[str, Failure] = field(default_factory=dict)
    """Why studies among them could not be had, by StudyInstanceUID."""
    forget_missing: bool = False
    """Leave out of the tables what is not in the input; the results stay where they are."""

    def lists(self, study_instance_uid: str) -> bool:
        """Whether a study belongs on the list."""
        return not self.forget_missing or self.given is None or study_instance_uid in self.given

    def mark(self, entry: WorklistEntry, origin: ListOrigin) -> WorklistEntry:
        """``entry`` with what it is to this run."""
        uid = entry.study.study_instance_uid
        here = None if self.given is None else uid in self.given
        outdated = tuple(self._outdated(entry, origin, here))
        return entry.model_copy(update={"in_this_run": here, "outdated": outdated})

    def unlisted(self, listed: Set[str]) -> Iterator[WorklistEntry]:
        """Entries for the unfinished studies without a result."""
        for study in self.unfinished:
            if study.study_instance_uid not in listed:
                yield unfinished_entry(study, self.lost.get(study.study_instance_uid, INTERRUPTED))

    @cached_property
    def _unfinished_uids(self) -> frozenset[str]:
        return frozenset(study.study_instance_uid for study in self.unfinished)

    def _outdated(self, entry: WorklistEntry, origin: ListOrigin, here: bool | None) -> Iterator[Outdated]:
        if here is False:
            yield "not_in_this_run"
        if entry.study.study_instance_uid in self._unfinished_uids:
            yield "not_finished"
        if origin.policy is not None and entry.policy is not None and entry.policy.sha256 != origin.policy.sha256:
            yield "other_policy"
        if entry.version is not None and entry.version != origin.version:
            yield "other_version"
