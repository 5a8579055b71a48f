"""What an archive is asked for, by whatever protocol."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from pydicom import Dataset


class Archive(Protocol):
    """Holds studies. Every method raises ``PeerError``: ``peer_unreachable``, ``peer_refused``, ``peer_answer``."""

    @property
    def name(self) -> str:
        """As configured."""
        ...

    def studies(self, filters: Mapping[str, str], fields: Sequence[str]) -> list[Dataset]:
        """Studies that match, with these attributes where the archive has them."""
        ...

    def series(self, study: str) -> list[Dataset]:
        """All series of a study: UID, modality, description."""
        ...

    def headers(self, study: str, series: str) -> list[Dataset]:
        """The instances of a series, with as much of their headers as the archive tells without pixels."""
        ...

    def fetch(self, study: str, series: str, take: Callable[[Dataset], None]) -> None:
        """Hand each instance of a series, as it is stored, to ``take``; some may be lacking."""
        ...

    def fetch_instance(self, study: str, series: str, instance: str, take: Callable[[Dataset], None]) -> None:
        """The same for one instance."""
        ...
