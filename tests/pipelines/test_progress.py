"""How far a scan is: a bar on a terminal, log lines elsewhere."""

import logging
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import progress
from pipelines.progress import scan_progress
from tests.loaders.mr_files import mr, write
from vcfimg.loaders import scan
from vcfimg.loaders.headers import batches


@pytest.fixture
def three_images(tmp_path: Path) -> Path:
    for number in range(3):
        write(tmp_path / f"{number}.dcm", mr(InstanceNumber=number, SOPInstanceUID=f"1.2.{number + 1}"))
    return tmp_path


@pytest.mark.parametrize("workers", [1, 2])
def test_tells_how_many_headers_are_read(three_images: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr(batches, "CHUNK", 1)
    monkeypatch.setattr(batches, "PARALLEL_FROM", 2)
    told: list[tuple[int, int | None]] = []
    scan(three_images, workers=workers, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_off_a_terminal_a_long_scan_leaves_log_lines(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, "vcfimg")
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    with scan_progress() as tell:
        tell(1000, None)
        now[0] = progress.LOG_EVERY_S
        tell(2000, None)
        tell(3000, 9000)
        now[0] *= 2
        tell(4000, 9000)
    assert [record.getMessage() for record in caplog.records] == ["searching", "reading headers"]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
def test_a_terminal_gets_a_bar() -> None:
    ours, theirs = pty.openpty()
    code = (
        "from pipelines.progress import scan_progress\n"
        "import time\n"
        "with scan_progress() as tell:\n"
        "    tell(1000, None); tell(40, 90); time.sleep(0.3)\n"
    )
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run([sys.executable, "-c", code], stderr=theirs, env=environment, check=True, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert "reading headers" in shown
    assert re.search(r"40/90", shown)
