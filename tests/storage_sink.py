"""DCMTK's storage sink: an application entity that takes whatever is sent."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.orthanc import free_port, missing

PROGRAM = Path("/usr/bin/storescp")


@contextmanager
def storage_sink(*options: str) -> Iterator[tuple[int, Path]]:
    """Its port, and the folder where everything arrives."""
    if not PROGRAM.exists():
        missing("storescp is not installed (Debian package dcmtk)")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="sink") as folder:
        command = [str(PROGRAM), "-od", folder, "+xa", *options, str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        assert process.poll() is None, "storescp did not start"
        try:
            yield port, Path(folder)
        finally:
            process.terminate()
            process.wait(10)
