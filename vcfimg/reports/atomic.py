"""Files that appear whole or not at all: written beside their place, then renamed over it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from vcfimg.errors import ReportError


@contextmanager
def atomic_writer(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing bytes; a reader sees the old file until the block ends without an error.

    Raises
    ------
    ReportError
        ``write_failed`` when the file system refuses (no space, no permission, path too long).
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise ReportError("write_failed", f"cannot write {path.name}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def write_atomic(path: Path, content: bytes | str) -> Path:
    """Write ``content`` (text as UTF-8) to ``path`` as in :func:`atomic_writer`; returns the path."""
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    with atomic_writer(path) as stream:
        stream.write(data)
    return path
