"""Proposed priorities as workitems, against a UPS service."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydicom import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import UnifiedProcedureStepPush

from pipelines.peers.peer import DimsePeer
from pipelines.peers.ups import Did, Proposal, propose
from tests.orthanc import free_port
from vcfimg.errors import PeerError

PROPOSAL = Proposal("1.2.3", "P-7", "ACC-7", "2026-01-02", "HIGH", ("L1: loss 42 %",))


class Service:
    """Keeps workitems as PS3.4 CC asks: created once, then only changed."""

    def __init__(self) -> None:
        self.items: dict[str, Dataset] = {}
        self.port = free_port()
        entity = AE("UPS")
        entity.add_supported_context(UnifiedProcedureStepPush)
        handlers = [(evt.EVT_N_CREATE, self.create), (evt.EVT_N_GET, self.get), (evt.EVT_N_SET, self.set)]
        self.server = entity.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)

    def end(self) -> None:
        if self.server is not None:
            self.server.shutdown()
        self.server = None

    def create(self, event: Any) -> tuple[int, Dataset | None]:
        uid = str(event.request.AffectedSOPInstanceUID)
        if uid in self.items:
            return 0x0111, None
        item = event.attribute_list
        # Type 1 and 2 of table CC.2.5-3, and what an SCP must refuse otherwise.
        for name in ("ScheduledProcedureStepPriority", "ProcedureStepLabel", "WorklistLabel", "InputReadinessState"):
            assert item[name].value
        assert item.ProcedureStepState == "SCHEDULED"
        assert "TransactionUID" in item
        self.items[uid] = item
        return 0x0000, item

    def get(self, event: Any) -> tuple[int, Dataset | None]:
        return 0x0000, self.items[str(event.request.RequestedSOPInstanceUID)]

    def set(self, event: Any) -> tuple[int, Dataset | None]:
        item = self.items[str(event.request.RequestedSOPInstanceUID)]
        item.update(event.modification_list)
        return 0x0000, item


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.end()


def peer(service: Service) -> DimsePeer:
    return DimsePeer("ups", "127.0.0.1", service.port, "UPS", timeout_s=5, attempts=1)


def test_one_workitem_for_a_study_however_often_it_is_proposed(service: Service) -> None:
    assert propose(peer(service), [PROPOSAL]) == [Did.CREATED]
    assert propose(peer(service), [PROPOSAL]) == [Did.THE_SAME]
    (item,) = service.items.values()
    assert item.StudyInstanceUID == "1.2.3"
    assert item.ReferencedRequestSequence[0].AccessionNumber == "ACC-7"
    assert item.ScheduledProcedureStepPriority == "HIGH"
    assert not item.PatientName
    assert "not a medical device" in item.CommentsOnTheScheduledProcedureStep


def test_priority_follows_what_is_found(service: Service) -> None:
    propose(peer(service), [PROPOSAL])
    assert propose(peer(service), [replace(PROPOSAL, priority="LOW")]) == [Did.CHANGED]
    (item,) = service.items.values()
    assert item.ScheduledProcedureStepPriority == "LOW"


def test_what_somebody_works_on_is_left_alone(service: Service) -> None:
    propose(peer(service), [PROPOSAL])
    (item,) = service.items.values()
    item.ProcedureStepState = "IN PROGRESS"
    assert propose(peer(service), [replace(PROPOSAL, priority="LOW")]) == [Did.TAKEN]
    assert item.ScheduledProcedureStepPriority == "HIGH"


def test_service_that_is_none(service: Service) -> None:
    service.end()
    with pytest.raises(PeerError):
        propose(peer(service), [PROPOSAL])
    assert propose(peer(service), []) == []
