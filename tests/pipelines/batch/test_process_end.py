import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipelines.batch.process_end import signals_as_interrupt, signals_held

PARENT = """
import sys, time
from concurrent.futures import wait
from pathlib import Path
from pipelines.batch.resilient_pool import ResilientPool
from tests.pipelines.batch.test_process_end import tell_and_sleep, {start}

if __name__ == "__main__":
    jobs = [Path(sys.argv[1]) / str(number) for number in range(2)]
    with ResilientPool(2, limit_s=600, set_up={start}) as pool:
        wait([pool.submit(tell_and_sleep, job) for job in jobs])
"""


def linked() -> None:
    from pipelines.batch.process_end import end_with_parent

    end_with_parent()


def watching_only() -> None:
    """As where the system cannot tell."""
    from pipelines.batch import process_end

    process_end.ctypes.CDLL = lambda name: None  # type: ignore[assignment,misc]
    process_end.end_with_parent()


def tell_and_sleep(path: Path) -> None:
    path.with_suffix(".tmp").write_text(str(os.getpid()))
    path.with_suffix(".tmp").rename(path)
    time.sleep(120)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and is not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(what: str, condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc which processes there are")
@pytest.mark.parametrize("start", ["linked", "watching_only"])
def test_killed_parent_takes_its_workers_along(tmp_path: Path, start: str):
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(start=start))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    parent = subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environment)
    try:
        told = [tmp_path / "0", tmp_path / "1"]
        wait_for("workers", lambda: all(path.exists() for path in told))
    finally:
        parent.kill()
        parent.wait()
    wait_for("end", lambda: not any(alive(int(path.read_text())) for path in told))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_to_end_are_as_ctrl_c(number: signal.Signals):
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), signals_as_interrupt():
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_further_signals_do_not_disturb_the_last_work():
    with signals_as_interrupt():
        with signals_held():
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGHUP)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


def test_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_as_interrupt():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_thread_leaves_signals_alone():
    seen = []

    def run() -> None:
        with signals_as_interrupt():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]
