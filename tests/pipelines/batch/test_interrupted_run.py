"""Signals to a run in the middle of its work, and what the next run makes of that; processes of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.phantom_oracle import Phantom
from tests.pipelines.batch.test_process_end import alive, wait_for
from vcfimg.phantom.dicom import PhantomImage, axial_localizer, write_study

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes there are")

HELD = 3


@pytest.fixture(scope="module")
def archive(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies of axial images alone, which need no segmenter, and after them three sagittal ones."""
    root = tmp_path_factory.mktemp("held archive")
    volume = phantom.study.volumes["t2"]
    image = PhantomImage(volume.array, volume.affine, "t2", 3800, 100)
    for number, one in enumerate([*[axial_localizer(image)] * 2, *[image] * HELD], start=1):
        for path in write_study([one], root / str(number), seed=number):
            dataset = pydicom.dcmread(path)
            dataset.StudyInstanceUID = f"1.2.826.{number}"  # studies are worked on in the order of their UIDs
            dataset.save_as(path)
    return root


class Program:
    """``vcfimg screen`` with a segmenter that waits."""

    def __init__(self, archive: Path, folder: Path, *options: str) -> None:
        self.out, self.looks = folder / "out", folder / "looks"
        self.looks.mkdir(exist_ok=True)
        command = ["-m", "tests.pipelines.batch.held_run", self.looks, "screen", archive, "--out", self.out, *options]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self.process = subprocess.Popen(
            [sys.executable, *map(str, command)], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def looked(self) -> list[Path]:
        return sorted(self.looks.glob("*.look"))

    def workers(self) -> set[int]:
        return {int(path.name.split("-")[-2]) for path in self.looked()}

    def results(self) -> list[Path]:
        return sorted(self.out.glob("studies/*/result.json"))

    def end(self) -> tuple[int, str]:
        """Exit status and the log."""
        _, log = self.process.communicate(timeout=120)
        return self.process.returncode, log.decode()


@contextmanager
def program(archive: Path, folder: Path, *options: str) -> Iterator[Program]:
    running = Program(archive, folder, *options)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def worklist(out: Path) -> Any:
    return json.loads((out / "worklist.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("number", "stopped"), [(signal.SIGTERM, False), (signal.SIGHUP, True)], ids=["at work", "stopped"]
)
def test_interrupted_run_lists_what_was_not_finished(
    archive: Path, tmp_path: Path, number: signal.Signals, stopped: bool
):
    """It does not wait for its workers, whether they are at work or were stopped."""
    with program(archive, tmp_path, "--workers", "2") as run:
        wait_for("two looks", lambda: len(run.looked()) == 2 and len(run.results()) == 2)
        workers = run.workers()
        for pid in workers if stopped else ():
            os.kill(pid, signal.SIGSTOP)
        run.process.send_signal(number)
        began = time.monotonic()
        status, log = run.end()
    assert time.monotonic() - began < 30  # five seconds on a machine that does nothing else
    assert status == 130
    assert "Traceback" not in log
    assert f"interrupted unfinished={HELD} finished=2" in log
    assert not any(alive(pid) for pid in workers)
    told = worklist(run.out)
    assert [one["text"] for one in told["problems"]] == [f"interrupted: {HELD} of 5 not finished"]
    assert told["problems"][0]["code"] == "interrupted"
    unfinished = [one for one in told["studies"] if (one["failure"] or {}).get("code") == "interrupted"]
    assert len(told["studies"]) == 5
    assert len(unfinished) == HELD
    assert {one["priority"]["class"] for one in unfinished} == {"unscreened"}
    assert {tuple(one["outdated"]) for one in unfinished} == {("not_finished",)}
    page = (run.out / "index.html").read_text("utf-8")
    assert "Everything that was given could be used" not in page
    assert f"interrupted: {HELD} of 5 not finished" in page
    for one in unfinished:
        assert one["study"]["study_instance_uid"] in (run.out / "summary.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("moment", "number"),
    [("imports", signal.SIGTERM), ("imports", signal.SIGINT), ("scan", signal.SIGTERM), ("scan", signal.SIGHUP)],
)
def test_signal_before_the_first_study_ends_as_cleanly(tmp_path: Path, moment: str, number: signal.Signals):
    """The program sends the signal to itself, so that it comes at that very moment."""
    place = {
        "imports": "import vcfimg.policy as there; name = 'load_policy'",
        "scan": "import pipelines.sources.scanned_studies as there; name = 'scan'",
    }[moment]
    code = f"{place}\nimport os, sys\ndef interrupted(*a, **b): os.kill(os.getpid(), {int(number)})\n"
    code += "setattr(there, name, interrupted)\nfrom pipelines.cli import main\nmain()"
    (tmp_path / "in").mkdir()
    arguments = ["screen", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert "nterrupted" in done.stderr
    if moment == "scan":
        (problem,) = worklist(tmp_path / "out")["problems"]
        assert problem["code"] == "interrupted"


def test_killed_run_is_resumed_without_loss_or_double_work(archive: Path, tmp_path: Path):
    with program(archive, tmp_path, "--workers", "2") as run:
        wait_for("two looks", lambda: len(run.looked()) == 2 and len(run.results()) == 2)
        before = {path: path.stat().st_mtime_ns for path in run.results()}
        workers = run.workers()
        run.process.kill()
        run.process.communicate()
    wait_for("the workers to end", lambda: not any(alive(pid) for pid in workers))
    for look in run.looked():
        look.unlink()
    (run.looks / "go").touch()
    with program(archive, tmp_path, "--workers", "2") as again:
        status, log = again.end()
    assert status == 1  # the segmenter finds nothing
    assert f"finished unchanged=2 screened={HELD}" in log
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(again.looked()) == HELD
    assert len(again.results()) == 5
    listed = {one["study"]["study_instance_uid"] for one in worklist(again.out)["studies"]}
    assert listed == {f"1.2.826.{number}" for number in range(1, 6)}
    assert worklist(again.out)["problems"] == []
