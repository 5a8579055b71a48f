"""A DICOMweb server as a place for results (STOW-RS)."""

from collections.abc import Sequence
from pathlib import Path

from pydicom import dcmread

from pipelines.destinations.destination import Delivery
from pipelines.peers.dicomweb import DicomwebServer
from vcfimg.base import Note
from vcfimg.errors import PeerError


class DicomwebDestination:
    """Stores objects one by one; see :class:`pipelines.destinations.destination.Destination`."""

    def __init__(self, server: DicomwebServer) -> None:
        self._server = server

    @property
    def name(self) -> str:
        """As configured."""
        return self._server.peer.name

    def send(self, objects: Sequence[Path]) -> Delivery:
        """Send what the server does not hold."""
        stored, there, refused = [], [], []
        for path in objects:
            dataset = dcmread(path)
            uid = str(dataset.SOPInstanceUID)
            if self._server.has(str(dataset.StudyInstanceUID), uid):
                there.append(uid)
                continue
            try:
                reason = self._server.store(dataset)
            except PeerError as error:
                if error.code == "peer_unreachable":
                    raise
                reason = error.message
            if reason is None:
                stored.append(uid)
            else:
                refused.append(Note(code="not_sent", text=f"{self.name} did not take {path.name}: {reason}"))
        return Delivery(tuple(stored), tuple(there), tuple(refused))
