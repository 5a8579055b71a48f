"""Keeps pydicom from its downloads: it looks for ``requests`` when it is imported, to fetch sample files later.

Where an archive is spoken to, ``requests`` is installed: its import would cost every start a fifth of a second and open
a socket, of which nothing here has any need. Whoever else imports it gets it.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Final

DOWNLOADER: Final = "pydicom.data.download"


class NoDownloads(MetaPathFinder):
    """Finds nothing, and refuses ``requests`` to :data:`DOWNLOADER`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """None: whoever comes next in the path finds the module.

        Raises
        ------
        ModuleNotFoundError
            To pydicom's downloads, which then do without.
        """
        if fullname == "requests" and _downloader_asks():
            raise ModuleNotFoundError("downloads are off", name=fullname)
        return None


def refuse_downloads() -> None:
    """From now on in this process, once."""
    if not any(isinstance(one, NoDownloads) for one in sys.meta_path):
        sys.meta_path.insert(0, NoDownloads())


def _downloader_asks() -> bool:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == DOWNLOADER:
            return True
        frame = frame.f_back
    return False
