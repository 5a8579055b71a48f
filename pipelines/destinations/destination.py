"""What a place that takes results is to the programs that send them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vcfimg.base import Note


@dataclass(frozen=True)
class Delivery:
    """What became of some DICOM objects that were to be sent, by SOPInstanceUID."""

    stored: tuple[str, ...] = ()
    already_there: tuple[str, ...] = ()
    """Not sent: the place holds the same object."""
    refused: tuple[Note, ...] = ()
    """A note per object that was not taken: its text names the object and the peer's status."""


class Destination(Protocol):
    """Takes DICOM objects; an object that is there is not sent again."""

    @property
    def name(self) -> str:
        """As configured; free of patient data."""
        ...

    def send(self, objects: Sequence[Path]) -> Delivery:
        """Send the objects in these files.

        Raises
        ------
        PeerError
            When the place cannot be reached or does not answer, after the attempts its peer allows.
        """
        ...
