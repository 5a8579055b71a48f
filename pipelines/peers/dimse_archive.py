"""An archive that is spoken to by DIMSE: C-FIND to search, C-GET to fetch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pydicom import Dataset

from pipelines.peers.dimse import find, get
from pipelines.peers.peer import DimsePeer

_OF_SERIES: Final = ("SeriesInstanceUID", "Modality", "SeriesDescription")
_OF_IMAGE: Final = (
    "SOPInstanceUID",
    "SOPClassUID",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "ImageOrientationPatient",
    "EchoTime",
)
"""Most archives tell the first two alone; a series that says nothing of its plane is fetched."""


class DimseArchive:
    """See :class:`pipelines.peers.image_archive.Archive`."""

    def __init__(self, peer: DimsePeer) -> None:
        self._peer = peer

    @property
    def name(self) -> str:
        """As configured."""
        return self._peer.name

    def studies(self, filters: Mapping[str, str], fields: Sequence[str]) -> list[Dataset]:
        """Studies that match."""
        return find(self._peer, "STUDY", _keys(fields, filters))

    def series(self, study: str) -> list[Dataset]:
        """All series of a study."""
        return find(self._peer, "SERIES", _keys(_OF_SERIES, {"StudyInstanceUID": study}))

    def headers(self, study: str, series: str) -> list[Dataset]:
        """The instances of a series."""
        keys = _keys(_OF_IMAGE, {"StudyInstanceUID": study, "SeriesInstanceUID": series})
        return [one for one in find(self._peer, "IMAGE", keys) if one.get("SOPInstanceUID")]

    def fetch(self, study: str, series: str, take: Callable[[Dataset], None]) -> None:
        """C-GET of a series."""
        get(self._peer, take, StudyInstanceUID=study, SeriesInstanceUID=series)

    def fetch_instance(self, study: str, series: str, instance: str, take: Callable[[Dataset], None]) -> None:
        """C-GET of an instance."""
        get(self._peer, take, StudyInstanceUID=study, SeriesInstanceUID=series, SOPInstanceUID=instance)


def _keys(asked: Sequence[str], given: Mapping[str, str]) -> Dataset:
    keys = Dataset()
    for name in asked:
        setattr(keys, name, [] if name == "ImageOrientationPatient" else None)
    for name, value in given.items():
        setattr(keys, name, value)
    return keys
