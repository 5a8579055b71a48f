"""The storage node as scanners see it: a program of its own, and DCMTK's storescu."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest

from pipelines.bench.tiny_studies import write_tiny
from pipelines.peers.dimse import store
from pipelines.peers.peer import DimsePeer
from tests import installed_segmenter
from tests.orthanc import free_port, missing
from tests.storage_sink import storage_sink

STUDIES = 4
SENDER = Path("/usr/bin/storescu")


class Node:
    """A node that can be killed and started again."""

    def __init__(self, folder: Path, environment: dict[str, str], *, segmenter: str | None, **settings: Any) -> None:
        self.port, self.out, self.folder = free_port(), folder / "out", folder
        self.environment, self.segmenter = environment, segmenter
        values = {
            "port": self.port,
            "ae_title": "VCFIMG",
            "out": str(self.out),
            "calling_ae_titles": ["SCANNER"],
            "quiet_s": 1.0,
        }
        peers = settings.pop("peers", "")
        spool = settings.pop("spool", "")
        lines = [f"{name} = {json.dumps(value)}" for name, value in (values | settings).items()]
        (folder / "node.toml").write_text(f"{peers}\n{spool}\n[node]\n" + "\n".join(lines))
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", "from pipelines.cli import main; main()", "node"]
        command += ["--config", str(self.folder / "node.toml")]
        command += [] if self.segmenter is None else ["--segmenter", self.segmenter]
        log = (self.folder / "log").open("a")
        self.process = subprocess.Popen(command, env=self.environment, stderr=log, stdout=log, text=True)
        self.wait("listening", lambda: self.log().count("listening") == self.log().count("begin") + 1)
        with (self.folder / "log").open("a") as note:
            note.write("begin\n")

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def send(self, *paths: Path, calling: str = "SCANNER") -> int:
        command = [str(SENDER), "-aet", calling, "-aec", "VCFIMG", "+sd", "+r", "127.0.0.1", str(self.port)]
        return subprocess.run([*command, *map(str, paths)], capture_output=True, check=False, timeout=60).returncode

    def results(self) -> dict[str, Any]:
        found = {}
        for path in self.out.glob("studies/*/result.json"):
            found[path.parent.name] = json.loads(path.read_text())
        return found

    def wait(self, what: str, done: Callable[[], bool], seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until, f"{what}: {self.log()}"
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            time.sleep(0.1)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    if not SENDER.exists():
        missing("storescu is not installed (Debian package dcmtk)")
    return installed_segmenter.install(tmp_path / "site")


@pytest.fixture
def node(tmp_path: Path, environment: dict[str, str]) -> Iterator[Node]:
    one = Node(tmp_path, environment, segmenter=installed_segmenter.NAME)
    yield one
    if one.process is not None and one.process.poll() is None:
        one.kill()


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny(folder, STUDIES)
    return folder


def images(folder: Path) -> dict[str, bytes]:
    """Pixels by SOPInstanceUID."""
    found = (pydicom.dcmread(path) for path in folder.rglob("*.dcm"))
    return {str(one.SOPInstanceUID): one.PixelData for one in found}


def test_nothing_is_lost_when_it_is_killed_again_and_again(node: Node, studies: Path) -> None:
    folders = sorted(one for one in studies.iterdir() if one.is_dir())
    for number, folder in enumerate(folders):
        node.start()
        assert node.send(folder) == 0
        time.sleep(0.5 * number)
        node.kill()
    node.start()
    node.wait("results", lambda: len(node.results()) == STUDIES)
    assert images(node.out / ".vcfimg" / "spool") == images(studies)
    again = {path: path.stat().st_mtime_ns for path in node.out.glob("studies/*/result.json")}
    assert node.send(*folders) == 0
    node.wait("the next look", lambda: node.log().count("finished") > 1)
    time.sleep(2)
    assert {path: path.stat().st_mtime_ns for path in node.out.glob("studies/*/result.json")} == again
    assert node.kill(signal.SIGTERM) == 130


def test_only_who_is_listed_may_send(node: Node, studies: Path) -> None:
    node.start()
    assert node.send(studies, calling="STRANGER") != 0
    assert not list((node.out / ".vcfimg" / "spool").iterdir())
    assert "association rejected" in node.log()
    echo = ["/usr/bin/echoscu", "-aet", "SCANNER", "-aec", "VCFIMG", "127.0.0.1", str(node.port)]
    assert subprocess.run(echo, check=False).returncode == 0


def test_what_is_sent_is_private_and_named_by_uids(node: Node, studies: Path) -> None:
    node.start()
    assert node.send(studies) == 0
    spool = node.out / ".vcfimg" / "spool"
    for path in (spool, *spool.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0
        assert path.name == "spool" or set(path.name.removesuffix(".dcm")) <= set("0123456789.")
    text = node.log()
    for path in studies.rglob("*.dcm"):
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        assert str(dataset.PatientID) not in text
        assert str(dataset.PatientName) not in text


def test_hostile_uids_stay_in_the_spool(node: Node, studies: Path, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(next(studies.rglob("*.dcm")))
    dataset.StudyInstanceUID = "../../../evil"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "../evil"
    dataset.save_as(tmp_path / "evil.dcm", enforce_file_format=False)
    node.start()
    peer = DimsePeer("node", "127.0.0.1", node.port, "VCFIMG", calling_ae_title="SCANNER", timeout_s=5)
    store(peer, [dataset])
    inside = [path for path in tmp_path.rglob("*") if "evil" in path.name and path.name != "evil.dcm"]
    assert not inside
    assert all(path.parent.parent == node.out / ".vcfimg" / "spool" for path in tmp_path.rglob("sha256-*.dcm"))


def test_full_spool_is_told_to_the_sender(tmp_path: Path, environment: dict[str, str], studies: Path) -> None:
    size = sum(path.stat().st_size for path in studies.rglob("*.dcm"))
    spool = f"[spool]\nlimit_gb = {size / 2 / 1e9:.9f}\nkeep_free_gb = 0.000001"
    node = Node(tmp_path, environment, segmenter=installed_segmenter.NAME, spool=spool, quiet_s=600.0)
    node.start()
    try:
        assert node.send(studies) != 0
        assert "spool_full" in node.log()
        held = sum(path.stat().st_size for path in (node.out / ".vcfimg" / "spool").rglob("*.dcm"))
        assert 0 < held <= size / 2
    finally:
        node.kill()


def test_results_are_sent_on(tmp_path: Path, environment: dict[str, str]) -> None:
    """A sample study through the embedded network; its structured report arrives at a sink."""
    with storage_sink() as (port, folder):
        peers = f'[[peers]]\nname = "sink"\nkind = "dimse"\nhost = "127.0.0.1"\nport = {port}\nae_title = "SINK"\n'
        node = Node(tmp_path, environment, segmenter=None, peers=peers, destinations=["sink"])
        node.start()
        try:
            sample = Path(__file__).parents[3] / "sample_data" / "2-healthy"
            sender = DimsePeer("node", "127.0.0.1", node.port, "VCFIMG", calling_ae_title="SCANNER", timeout_s=20)
            assert set(store(sender, [pydicom.dcmread(path) for path in sample.rglob("*.dcm")]).values()) == {0}
            node.wait("objects", lambda: "sent" in node.log() and bool(list(folder.iterdir())), 120)
        finally:
            node.kill(signal.SIGTERM)
        arrived = [pydicom.dcmread(path) for path in folder.iterdir()]
    (result,) = node.results().values()
    assert {one.StudyInstanceUID for one in arrived} == {result["study"]["study_instance_uid"]}
    assert "SR" in {one.Modality for one in arrived}


@pytest.mark.parametrize(("settings", "code"), [({"calling_ae_titles": []}, "nobody_may_send"), ({}, "port_not_free")])
def test_what_keeps_it_from_starting_is_named(
    tmp_path: Path, environment: dict[str, str], settings: dict[str, Any], code: str
) -> None:
    node = Node(tmp_path, environment, segmenter=installed_segmenter.NAME, **settings)
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "node"]
    with socket.create_server(("127.0.0.1", node.port)):
        done = subprocess.run(
            [*command, "--config", str(tmp_path / "node.toml")],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert code in done.stderr
