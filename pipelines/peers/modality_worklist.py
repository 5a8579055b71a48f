"""A modality worklist: what is scheduled, and so what will be read (PS3.4, annex K)."""

import datetime
from dataclasses import dataclass

from pydicom import Dataset
from pynetdicom import build_context
from pynetdicom.sop_class import ModalityWorklistInformationFind

from pipelines.peers.dimse import PENDING, association, expect, status_code
from pipelines.peers.peer import DimsePeer


@dataclass(frozen=True)
class ScheduledStudy:
    """One entry, without the patient's name."""

    study_instance_uid: str | None
    accession_number: str | None
    priority: str | None
    """RequestedProcedurePriority (0040,1003), as ordered; it is read, never written."""


def scheduled(peer: DimsePeer, *, first: datetime.date | None, last: datetime.date | None) -> list[ScheduledStudy]:
    """What is scheduled for MR between two days, inclusive; entries that name no study are left out.

    Raises
    ------
    PeerError
        ``peer_unreachable``, ``peer_refused``.
    """
    step = Dataset()
    step.Modality = "MR"
    step.ScheduledProcedureStepStartDate = _dates(first, last)
    keys = Dataset()
    keys.StudyInstanceUID, keys.AccessionNumber, keys.RequestedProcedurePriority = "", "", ""
    keys.ScheduledProcedureStepSequence = [step]
    found: dict[tuple[str | None, str | None], ScheduledStudy] = {}
    with association(peer, [build_context(ModalityWorklistInformationFind)]) as link:
        for status, match in link.send_c_find(keys, ModalityWorklistInformationFind):
            if status_code(peer, status) not in PENDING:
                expect(peer, status, "C-FIND")
            elif match is not None:
                uid, number, priority = (
                    str(match.get(name) or "").strip() or None
                    for name in ("StudyInstanceUID", "AccessionNumber", "RequestedProcedurePriority")
                )
                if uid or number:
                    found.setdefault((uid, number), ScheduledStudy(uid, number, priority))
    return list(found.values())


def _dates(first: datetime.date | None, last: datetime.date | None) -> str:
    if first is None and last is None:
        return ""
    begin, end = (f"{day:%Y%m%d}" if day else "" for day in (first, last))
    return begin if begin == end else f"{begin}-{end}"
