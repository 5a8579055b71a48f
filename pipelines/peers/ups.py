"""Workitems that propose in which order studies are read: Unified Procedure Step, push (PS3.4, annex CC)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from pydicom import Dataset
from pydicom.uid import UID
from pynetdicom import build_context
from pynetdicom.association import Association
from pynetdicom.sop_class import UnifiedProcedureStepPush

from pipelines.peers.dimse import SUCCESS, association, expect, status_code
from pipelines.peers.peer import DimsePeer

EXISTS: Final = 0x0111
"""Duplicate SOP instance: the workitem is there."""

LABEL: Final = "VCFIMG PROPOSED READING PRIORITY"


_EMPTY: Final = (
    "TransactionUID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "AdmissionID",
    "AdmittingDiagnosesDescription",
    "ScheduledProcessingParametersSequence",
    "ScheduledStationNameCodeSequence",
    "ScheduledStationClassCodeSequence",
    "ScheduledStationGeographicLocationCodeSequence",
    "ScheduledWorkitemCodeSequence",
    "InputInformationSequence",
    "IssuerOfPatientIDQualifiersSequence",
    "OtherPatientIDsSequence",
    "IssuerOfAdmissionIDSequence",
    "AdmittingDiagnosesCodeSequence",
    "ProcedureStepProgressInformationSequence",
    "UnifiedProcedureStepPerformedProcedureSequence",
)
"""Attributes that a workitem must have and that a proposal does not know (type 2 of table CC.2.5-3)."""


class Did(StrEnum):
    """What became of a proposal."""

    CREATED = "created"
    CHANGED = "changed"
    THE_SAME = "the same"
    TAKEN = "taken"
    """Somebody works on it or has finished it: it is left alone."""


@dataclass(frozen=True)
class Proposal:
    """How soon a study should be read, and why; a workitem of ours, which never touches an order."""

    study_instance_uid: str
    patient_id: str | None
    accession_number: str | None
    study_date: str | None
    """ISO date."""
    priority: str
    """HIGH, MEDIUM or LOW (0074,1200)."""
    reasons: tuple[str, ...]

    @property
    def workitem(self) -> UID:
        """UID of the workitem: the same for the same study, whenever it is proposed."""
        return UID(f"2.25.{uuid5(NAMESPACE_OID, f'vcfimg proposed reading priority {self.study_instance_uid}').int}")


def propose(peer: DimsePeer, proposals: list[Proposal]) -> list[Did]:
    """Create the workitems, or set the priority of those that are there and wait.

    Raises
    ------
    PeerError
        ``peer_unreachable``, ``peer_refused``.
    """
    if not proposals:
        return []
    with association(peer, [build_context(UnifiedProcedureStepPush)]) as link:
        return [_propose(peer, link, one) for one in proposals]


def _propose(peer: DimsePeer, link: Association, proposal: Proposal) -> Did:
    status, _ = link.send_n_create(_workitem(proposal), UnifiedProcedureStepPush, proposal.workitem)
    code = status_code(peer, status)
    if code == SUCCESS or code >> 12 == 0xB:
        return Did.CREATED
    if code != EXISTS:
        expect(peer, status, "N-CREATE")
    status, found = link.send_n_get(
        [0x00741000, 0x00741200], UnifiedProcedureStepPush, proposal.workitem
    )  # ProcedureStepState, ScheduledProcedureStepPriority
    expect(peer, status, "N-GET")
    there = found or Dataset()
    if there.get("ProcedureStepState") != "SCHEDULED":
        return Did.TAKEN
    if there.get("ScheduledProcedureStepPriority") == proposal.priority:
        return Did.THE_SAME
    change = Dataset()
    change.ScheduledProcedureStepPriority = proposal.priority
    change.CommentsOnTheScheduledProcedureStep = _comment(proposal)
    change.TransactionUID = ""  # nobody holds it
    status, _ = link.send_n_set(change, UnifiedProcedureStepPush, proposal.workitem)
    expect(peer, status, "N-SET")
    return Did.CHANGED


def _workitem(proposal: Proposal) -> Dataset:
    """Attributes of PS3.4, table CC.2.5-3; what a proposal does not know stays empty."""
    item = Dataset()
    item.SpecificCharacterSet = "ISO_IR 192"
    for name in _EMPTY:
        setattr(item, name, [] if name.endswith("Sequence") else "")
    request = Dataset()
    request.StudyInstanceUID = proposal.study_instance_uid
    request.AccessionNumber = proposal.accession_number or ""
    item.ReferencedRequestSequence = [request]
    item.PatientID = proposal.patient_id or ""
    item.StudyInstanceUID = proposal.study_instance_uid
    item.ScheduledProcedureStepPriority = proposal.priority
    item.ScheduledProcedureStepStartDateTime = (proposal.study_date or "1970-01-01").replace("-", "") + "000000"
    item.ProcedureStepLabel = item.WorklistLabel = LABEL
    item.CommentsOnTheScheduledProcedureStep = _comment(proposal)
    item.InputReadinessState = "READY"
    item.ProcedureStepState = "SCHEDULED"
    return item


def _comment(proposal: Proposal) -> str:
    text = "Proposed by software for research and education, not a medical device. " + "; ".join(proposal.reasons)
    return text[:10_000]
