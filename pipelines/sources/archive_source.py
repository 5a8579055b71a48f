"""Studies of an archive, fetched one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from pydicom import Dataset

from pipelines.log import log_event
from pipelines.peers.image_archive import Archive
from pipelines.sources.needed_series import expected_bytes, needed, worth_a_look
from pipelines.sources.skipped_files import SkippedRow
from pipelines.sources.source import Skipped
from pipelines.sources.spool import Spool, instance_name
from pipelines.sources.spooled_study import spooled_study
from pipelines.sources.study_query import FIELDS, StudyQuery, info_of
from vcfimg.base import Note
from vcfimg.errors import PeerError
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.result import Failure

NOT_FETCHED = "not_fetched"
"""Reason of an image that the archive lists and does not give."""

OTHER_STUDY = "other_study"
"""Reason of an image that came instead of the one asked for."""


class ArchiveSource:
    """The studies that a query finds; only series that may be measured are fetched, headers first.

    A study that lies in the spool as the archive has it is not fetched again.

    Parameters
    ----------
    spool
        Where the images lie until the study is done, and as long as there is room.
    """

    def __init__(self, archive: Archive, query: StudyQuery, spool: Spool) -> None:
        self._archive = archive
        self._query = query
        self._spool = spool
        self._identifiers: tuple[StudyInfo, ...] | None = None
        self._beside: dict[str, dict[str, int]] = {}
        self._problems: list[Note] = []
        self._lost: dict[str, Failure] = {}

    def identifiers(self) -> Sequence[StudyInfo]:
        """See :class:`pipelines.sources.source.Source`.

        Raises
        ------
        PeerError
            When the archive cannot be asked.
        """
        if self._identifiers is None:
            found: dict[str, StudyInfo] = {}
            for part in self._query.parts():
                for study in self._archive.studies(part.filters(), FIELDS):
                    if study.get("StudyInstanceUID"):
                        info = info_of(study)
                        found.setdefault(info.study_instance_uid, info)
            self._identifiers = tuple(found[uid] for uid in sorted(found))
        return self._identifiers

    def studies(self) -> Iterator[Study]:
        """Each study once; one that cannot be fetched is left out and told in :meth:`problems`."""
        for number, info in enumerate(infos := self.identifiers()):
            uid = info.study_instance_uid
            self._spool.hold(uid)
            try:
                study = self._fetched(uid)
            except PeerError as error:
                self.release(uid)
                if error.code == "peer_unreachable":
                    left = infos[number:]
                    self._tell(error.code, f"{error.message}; {len(left)} of {len(infos)} studies were not fetched")
                    self._lost |= {one.study_instance_uid: _failure(error.code, error.message) for one in left}
                    return
                self._lose(uid, error.code, error.message)
                continue
            if study is None:
                self.release(uid)
                self._lose(uid, "no_images", f"{self._archive.name} gave no MR image of it")
                continue
            yield study

    def release(self, study_instance_uid: str) -> None:
        """The study is done; its images may give way."""
        self._spool.release(study_instance_uid)

    def skipped_beside(self, study_instance_uid: str) -> Mapping[str, int]:
        """Images of a study that were not given, by reason."""
        return self._beside.get(study_instance_uid, {})

    def skipped(self) -> Skipped:
        """Images that were not given; the file names say no more than the UIDs of the studies."""
        counts: dict[str, int] = {}
        for beside in self._beside.values():
            for reason, number in beside.items():
                counts[reason] = counts.get(reason, 0) + number
        rows = tuple(SkippedRow(self._archive.name, uid, why) for uid, some in self._beside.items() for why in some)
        return Skipped(rows, counts)

    def problems(self) -> Sequence[Note]:
        """Studies that could not be fetched, and why."""
        return tuple(self._problems)

    def lost(self) -> Mapping[str, Failure]:
        """Why studies could not be fetched at all."""
        return self._lost

    def _fetched(self, uid: str) -> Study | None:
        wanted: dict[str, list[Dataset]] = {}
        for series in self._archive.series(uid):
            if worth_a_look(series):
                series_uid = str(series.SeriesInstanceUID)
                if headers := needed(self._archive.headers(uid, series_uid)):
                    wanted[series_uid] = headers
        names = {instance_name(str(one.SOPInstanceUID)) for headers in wanted.values() for one in headers}
        self._spool.keep_only(uid, names)
        for series_uid, headers in wanted.items():
            self._fetch_series(uid, series_uid, headers)
        lacking = len(names - self._spool.held(uid))
        if lacking:
            self._count(uid, NOT_FETCHED, lacking)
            self._tell(NOT_FETCHED, f"study {uid}: {lacking} of {len(names)} images could not be fetched")
        found = spooled_study(self._spool.of_study(uid), uid)
        for reason, number in found.skipped.items():
            self._count(uid, reason, number)
        return found.study

    def _fetch_series(self, uid: str, series_uid: str, headers: Sequence[Dataset]) -> None:
        lacking = self._lacking(uid, headers)
        if not lacking:
            return
        self._spool.make_room(expected_bytes(lacking))
        if len(lacking) > 1:
            self._take(uid, series_uid, lacking, partial(self._archive.fetch, uid, series_uid))
        for one in self._lacking(uid, lacking):  # what the answer lacked, one by one
            instance = str(one.SOPInstanceUID)
            self._take(uid, series_uid, [one], partial(self._archive.fetch_instance, uid, series_uid, instance))

    def _take(
        self,
        uid: str,
        series_uid: str,
        wanted: Sequence[Dataset],
        fetch: Callable[[Callable[[Dataset], None]], None],
    ) -> None:
        """Store what was asked for; an answer that breaks off or cannot be read ends there."""
        asked = {str(one.SOPInstanceUID) for one in wanted}

        def take(one: Dataset) -> None:
            own = (one.get("StudyInstanceUID"), one.get("SeriesInstanceUID")) == (uid, series_uid)
            if not own:
                self._count(uid, OTHER_STUDY, 1)
            elif str(one.get("SOPInstanceUID")) in asked:
                self._spool.add(uid, one)

        try:
            fetch(take)
        except PeerError as error:
            if error.code == "peer_unreachable":
                raise
            log_event("answer not usable", study=uid, code=error.code)

    def _lacking(self, uid: str, headers: Sequence[Dataset]) -> list[Dataset]:
        held = self._spool.held(uid)
        return [one for one in headers if instance_name(str(one.SOPInstanceUID)) not in held]

    def _count(self, uid: str, reason: str, number: int) -> None:
        counts = self._beside.setdefault(uid, {})
        counts[reason] = counts.get(reason, 0) + number

    def _lose(self, uid: str, code: str, message: str) -> None:
        self._lost[uid] = _failure(code, message)
        self._tell(code, f"study {uid}: {message}")

    def _tell(self, code: str, text: str) -> None:
        self._problems.append(Note(code=code, text=text))


def _failure(code: str, message: str) -> Failure:
    return Failure(stage="fetch", code=code, message=message)
