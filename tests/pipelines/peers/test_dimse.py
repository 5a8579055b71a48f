"""Application entities that answer, reject, hang or are not there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pydicom
import pytest

from pipelines.peers.dimse import echo, store
from pipelines.peers.peer import DimsePeer
from tests.orthanc import free_port, orthanc
from tests.phantom_oracle import Phantom
from tests.storage_sink import storage_sink
from vcfimg.errors import PeerError


def peer(port: int) -> DimsePeer:
    return DimsePeer("pacs", "127.0.0.1", port, "ANY-SCP", timeout_s=2, attempts=2)


def fault(port: int, **changes: str) -> str:
    with pytest.raises(PeerError) as caught:
        echo(replace(peer(port), **changes))  # type: ignore[arg-type]
    assert caught.value.message.startswith("pacs: ")
    return caught.value.code


def test_one_that_answers() -> None:
    with storage_sink() as (port, _):
        echo(peer(port))


def test_one_that_is_not_there() -> None:
    assert fault(free_port()) == "peer_unreachable"


def test_one_that_does_not_know_us() -> None:
    with orthanc(DicomCheckCalledAet=True) as server:
        assert fault(server.dicom, ae_title="ANOTHER") == "peer_refused"


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """Accepts connections and says nothing (None) or nonsense."""
    kept = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                if answer is not None:
                    connection.sendall(answer)
                    connection.close()

        Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
    for one in kept:
        one.close()


@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(64)])
def test_one_that_hangs_or_talks_nonsense(answer: bytes | None) -> None:
    with listening(answer) as port:
        assert fault(port) == "peer_unreachable"


def test_images_arrive_as_they_are(phantom: Phantom) -> None:
    paths = sorted(phantom.folder.rglob("*.dcm"))[:3]
    with storage_sink() as (port, folder):
        statuses = store(peer(port), [pydicom.dcmread(path) for path in paths])
        arrived = {path.read_bytes()[-2000:] for path in folder.iterdir()}
    assert set(statuses.values()) == {0}
    assert arrived == {path.read_bytes()[-2000:] for path in paths}


def test_what_a_peer_does_not_support_is_told_by_status(phantom: Phantom, tmp_path: Path) -> None:
    path = sorted(phantom.folder.rglob("*.dcm"))[0]
    dataset = pydicom.dcmread(path)
    strange = pydicom.dcmread(path)
    strange.SOPClassUID = strange.file_meta.MediaStorageSOPClassUID = "1.2.3.4.5"
    strange.SOPInstanceUID = strange.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4.6"
    with storage_sink() as (port, _):
        statuses = store(peer(port), [dataset, strange])
    assert statuses == {str(dataset.SOPInstanceUID): 0, "1.2.3.4.6": 0x0122}
