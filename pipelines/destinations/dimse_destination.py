"""An application entity as a place for results (C-STORE)."""

from collections.abc import Sequence
from pathlib import Path

from pydicom import Dataset, dcmread

from pipelines.destinations.destination import Delivery
from pipelines.peers.dimse import find, store
from pipelines.peers.peer import DimsePeer
from vcfimg.base import Note
from vcfimg.errors import PeerError


class DimseDestination:
    """See :class:`pipelines.destinations.destination.Destination`."""

    def __init__(self, peer: DimsePeer) -> None:
        self._peer = peer

    @property
    def name(self) -> str:
        """As configured."""
        return self._peer.name

    def send(self, objects: Sequence[Path]) -> Delivery:
        """Send what the peer does not hold; one that answers no query is sent everything, and may find it there."""
        datasets = [dcmread(path) for path in objects]
        there = tuple(str(one.SOPInstanceUID) for one in datasets if self._holds(one))
        statuses = (
            store(self._peer, wanted)
            if (wanted := [one for one in datasets if one.SOPInstanceUID not in there])
            else {}
        )
        refused = tuple(
            Note(code="not_sent", text=f"{self.name} did not take object {uid}: status 0x{status:04X}")
            for uid, status in statuses.items()
            if not _taken(status)
        )
        return Delivery(tuple(uid for uid, status in statuses.items() if _taken(status)), there, refused)

    def _holds(self, dataset: Dataset) -> bool:
        keys = Dataset()
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            setattr(keys, name, dataset[name].value)
        try:
            return bool(find(self._peer, "IMAGE", keys))
        except PeerError as error:
            if error.code == "peer_unreachable":
                raise
            return False


def _taken(status: int) -> bool:
    """Success, or a warning with which the object is stored (PS3.4, B.2.3)."""
    return status == 0x0000 or status >> 12 == 0xB
