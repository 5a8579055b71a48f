"""Reading a file that a person names: a regular file of bounded size, whatever the path leads to."""

import os
import stat
from pathlib import Path


class NotGiven(Exception):
    """The file cannot be read; ``reason`` says why, ``too_large`` whether its size alone is it."""

    def __init__(self, reason: str, *, too_large: bool = False, missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.too_large = too_large
        self.missing = missing


def read_given(path: Path | str, max_bytes: int) -> bytes:
    """The content of ``path``.

    Raises
    ------
    NotGiven
        When there is no such file, it may not be read, is a device, pipe or folder (which could block or never end),
        or holds more than ``max_bytes``.
    """
    try:
        # A pipe without a writer must not block the opening.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        raise NotGiven(reason, missing=isinstance(error, FileNotFoundError)) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotGiven("not a regular file")
    with open(handle, "rb") as stream:
        try:
            content = stream.read(max_bytes + 1)
        except OSError as error:
            raise NotGiven(error.strerror or "read error") from error
    if len(content) > max_bytes:
        raise NotGiven(f"larger than {max_bytes} bytes", too_large=True)
    return content
