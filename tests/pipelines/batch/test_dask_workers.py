"""A batch on a Dask cluster of two worker processes, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.bench.tiny_studies import write_tiny
from tests import installed_segmenter
from tests.orthanc import free_port
from tests.pipelines.batch.test_process_end import wait_for

STUDIES = 8
CHILD_SCHEDULER = "from distributed.cli.dask_scheduler import main; main()"
CHILD_WORKER = "from distributed.cli.dask_worker import main; main()"


class Cluster:
    """A scheduler and two workers, each in a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.environment, self.folder = environment, folder
        port = self.address.rsplit(":", 1)[1]
        self.scheduler = self._start(CHILD_SCHEDULER, "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
        self.workers = [self._start(CHILD_WORKER, self.address, *options) for _ in range(2)]

    def _start(self, code: str, *arguments: str) -> "subprocess.Popen[bytes]":
        log = (self.folder / "dask.log").open("ab")
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    environment = installed_segmenter.install(tmp_path / "site")
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "wait").write_text("0.3")
    one = Cluster(tmp_path, environment | {installed_segmenter.LOOKS: str(tmp_path / "looks")})
    yield one
    one.end()


def screen(cluster: Cluster, archive: Path, out: Path, address: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "vcfimg", "screen", str(archive), "--out", str(out), "--dask", address]
    command += ["--segmenter", installed_segmenter.NAME, "--as-of", "2026-01-10", "--format", "json"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=cluster.environment, stdout=pipe, stderr=pipe, text=True)


def test_every_study_is_done_though_a_worker_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    write_tiny(tmp_path / "in", STUDIES)
    out = tmp_path / "out"
    run = screen(cluster, tmp_path / "in", out, cluster.address)
    wait_for("the first results", lambda: len(list(out.glob("studies/*/result.json"))) >= 2)
    os.killpg(cluster.workers[0].pid, signal.SIGKILL)
    said, log = run.communicate(timeout=240)
    assert run.returncode == 1, log  # each study fails: the segmenter finds no vertebra
    assert f"status_failed={STUDIES}" in log
    listed = json.loads((out / "worklist.json").read_text())["studies"]
    assert {one["failure"]["code"] for one in listed} == {"no_vertebrae"}
    assert len(listed) == STUDIES
    assert "Page" in said


def test_lost_scheduler_is_told_and_the_rest_waits(cluster: Cluster, tmp_path: Path) -> None:
    write_tiny(tmp_path / "in", STUDIES)
    out = tmp_path / "out"
    run = screen(cluster, tmp_path / "in", out, cluster.address)
    wait_for("the first result", lambda: bool(list(out.glob("studies/*/result.json"))))
    cluster.end()
    _, log = run.communicate(timeout=90)
    assert run.returncode == 2
    assert "scheduler_lost" in log


def test_no_scheduler(cluster: Cluster, tmp_path: Path) -> None:
    write_tiny(tmp_path / "in", 1)
    began = time.monotonic()
    run = screen(cluster, tmp_path / "in", tmp_path / "out", f"tcp://127.0.0.1:{free_port()}")
    _, log = run.communicate(timeout=90)
    assert run.returncode == 2
    assert "scheduler_unreachable" in log
    assert time.monotonic() - began < 60
