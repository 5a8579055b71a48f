"""Studies that have come whole: DICOM has no sign for it, so that time and content must tell."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.sources.source import Skipped, Source
from vcfimg.base import Note
from vcfimg.loaders.fingerprint import study_files
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.result import Failure
from vcfimg.roles import Role
from vcfimg.screening.run_state import study_info


@dataclass(frozen=True)
class Completeness:
    """When a study counts as complete.

    Parameters
    ----------
    quiet_s
        Nothing of it came for so long.
    required_roles
        Contrasts without which it waits for longer.
    force_s
        Nothing came for so long: it is taken as it is.
    """

    quiet_s: float = 60.0
    required_roles: tuple[Role, ...] = ()
    force_s: float = 5400.0

    def holds(self, study: Study, now: float) -> bool:
        """Whether the study is complete at ``now``, seconds since 1970."""
        quiet = now - _newest(study)
        if quiet >= self.force_s:
            return True
        return quiet >= self.quiet_s and set(self.required_roles) <= {series.role for series in study.series}


class CompleteStudies:
    """The complete studies of another source; the others wait. See :class:`pipelines.sources.source.Source`."""

    def __init__(self, source: Source, completeness: Completeness) -> None:
        self._source = source
        self._completeness = completeness
        self._studies: list[Study] | None = None
        self.waiting = 0
        """Studies that are not complete yet."""

    def identifiers(self) -> Sequence[StudyInfo]:
        """Those of the complete studies."""
        return [study_info(study) for study in self._complete()]

    def studies(self) -> Iterator[Study]:
        """Each complete study once."""
        complete = self._complete()
        self._studies = []
        yield from complete

    def release(self, study_instance_uid: str) -> None:
        """Handed on."""
        self._source.release(study_instance_uid)

    def problems(self) -> Sequence[Note]:
        """Those of the source."""
        return self._source.problems()

    def lost(self) -> Mapping[str, Failure]:
        """Those of the source."""
        return self._source.lost()

    def skipped_beside(self, study_instance_uid: str) -> Mapping[str, int]:
        """As the source says."""
        return self._source.skipped_beside(study_instance_uid)

    def skipped(self) -> Skipped:
        """As the source says."""
        return self._source.skipped()

    def _complete(self) -> list[Study]:
        if self._studies is None:
            now = time.time()
            self._source.identifiers()
            found = list(self._source.studies())
            self._studies = [study for study in found if self._completeness.holds(study, now)]
            self.waiting = len(found) - len(self._studies)
        return self._studies


def _newest(study: Study) -> float:
    """When the last file of a study was written; one that is gone counts as just written."""
    newest = 0.0
    for path in study_files(study):
        try:
            newest = max(newest, os.stat(path).st_mtime)
        except OSError:
            return time.time()
    return newest
