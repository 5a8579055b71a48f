"""An Orthanc of its own for tests: a server that speaks DICOMweb and DIMSE, on free ports of the loopback."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

PLUGINS = Path("/usr/share/orthanc/plugins")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def missing(what: str) -> None:
    """Skip where a program is not installed; in CI that is a failure."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


class Orthanc:
    """A server that can be stopped and started again with what it holds."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.http, self.dicom = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        plugins = [str(PLUGINS / name) for name in ("libOrthancDicomWeb.so", "libModalityWorklists.so")]
        (folder / "worklists").mkdir(parents=True, exist_ok=True)
        options = {
            "Name": "test",
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "index"),
            "HttpPort": self.http,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "DicomAet": "ORTHANC",
            "DicomPort": self.dicom,
            "DicomCheckCalledAet": False,
            **{f"DicomAlwaysAllow{one}": True for one in ("Echo", "Store", "Find", "Get", "Move", "FindWorklist")},
            "StableAge": 2,
            "OverwriteInstances": False,
            "Plugins": [one for one in plugins if Path(one).exists()],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            "Worklists": {"Enable": True, "Database": str(folder / "worklists")},
            **settings,
        }
        (folder / "orthanc.json").write_text(json.dumps(options))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def dicomweb(self) -> str:
        return f"{self.address}/dicom-web"

    def start(self) -> None:
        program = shutil.which("Orthanc") or "/usr/sbin/Orthanc"
        command = [program, str(self.folder / "orthanc.json")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        for _ in range(300):
            with suppress(requests.RequestException):
                requests.get(f"{self.address}/system", timeout=2)
                return
            assert self.process.poll() is None, "Orthanc did not start"
            time.sleep(0.1)
        raise AssertionError("Orthanc does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def add(self, folder: Path) -> None:
        """Put every DICOM file of a folder into it."""
        for path in sorted(folder.rglob("*.dcm")):
            requests.post(f"{self.address}/instances", data=path.read_bytes(), timeout=30).raise_for_status()

    def instances(self) -> list[str]:
        """SOPInstanceUIDs of everything it holds."""
        found = requests.get(f"{self.address}/instances?expand", timeout=30).json()
        return sorted(one["MainDicomTags"]["SOPInstanceUID"] for one in found)


@contextmanager
def orthanc(**settings: Any) -> Iterator[Orthanc]:
    """Start an Orthanc and end it."""
    if not (shutil.which("Orthanc") or Path("/usr/sbin/Orthanc").exists()) or not PLUGINS.is_dir():
        missing("Orthanc is not installed (Debian packages orthanc, orthanc-dicomweb)")
    folder = Path(tempfile.mkdtemp(prefix="orthanc"))
    server = Orthanc(folder, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
