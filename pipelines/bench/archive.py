"""A batch over thousands of tiny studies: memory of the parent, a second run on the next day, resuming after half.

``python -m pipelines.bench.archive [--studies 100 10000] [--workers N] [--store URL]``

The studies are axial images alone, so that next to nothing is done on each and what is measured is the batch itself.
Each run is a process of its own; its peak memory is without that of its workers.
"""

import argparse
import datetime
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pipelines.bench.tiny_studies import write_tiny
from vcfimg.store import Entry, Listed, Task, WorkQueue, open_store, sqlite_url

DAY: Final = datetime.date(2026, 1, 10)
ONE_RUN: Final = "from pipelines.bench.archive import one_run; one_run()"


@dataclass(frozen=True)
class RunFigures:
    """What one run took."""

    studies: int
    seconds: float
    cpu_s: float
    """Of the parent and all its processes."""
    peak_mb: float
    """Resident memory of the parent alone."""
    actions: dict[str, int]


def main() -> int:
    """Print the figures as Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--store", help="measure the store's own time there as well")
    asked = parser.parse_args()
    print("| studies | run | seconds | CPU seconds, all processes | peak memory of the parent, MB | done |")
    print("|---|---|---|---|---|---|")
    for count in asked.studies:
        with tempfile.TemporaryDirectory() as folder:
            _trial(Path(folder), count, asked.workers)
    print("\n| store | ms per study, beginning and end |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for url in (sqlite_url(Path(folder) / "index.sqlite"), *([asked.store] if asked.store else [])):
            print(f"| {url.split(':')[0]} | {_store_ms(url):.1f} |")
    return 0


def _trial(folder: Path, count: int, workers: int) -> None:
    source, out = folder / "in", folder / "out"
    write_tiny(source, count, spine=False)
    _say(count, "first", _run(source, out, workers, DAY))
    _say(count, "next day, nothing changed", _run(source, out, workers, DAY + datetime.timedelta(days=1)))
    shutil.rmtree(out)
    _run(source, out, workers, DAY, kill_at=count // 2)
    _say(count, "resumed after half", _run(source, out, workers, DAY))


def _run(source: Path, out: Path, workers: int, day: datetime.date, kill_at: int | None = None) -> RunFigures | None:
    command = [sys.executable, "-W", "ignore", "-c", ONE_RUN, str(source), str(out), str(workers), day.isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if kill_at is not None:
        while _results(out) < kill_at and process.poll() is None:
            time.sleep(0.05)
        process.kill()
        process.communicate()
        return None
    said, _ = process.communicate()
    return RunFigures(**json.loads(said))


def _results(out: Path) -> int:
    try:
        return len(os.listdir(out / "studies"))
    except OSError:
        return 0


def one_run() -> None:
    """What a process of its own does: ``INPUT OUT WORKERS DATE``; prints its figures as JSON."""
    from pipelines.batch.job import Settings
    from pipelines.batch.run_folders import run_folders
    from pipelines.log import set_up_logging
    from vcfimg.policy import load_policy

    source, out, workers, day = sys.argv[1:]
    set_up_logging(level=50)
    settings = Settings(Path(out), load_policy(), datetime.date.fromisoformat(day), formats=("json",))
    began = time.perf_counter()
    summary = run_folders([Path(source)], settings, workers=int(workers), show_progress=False)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    figures = {
        "studies": summary.studies,
        "seconds": seconds,
        "cpu_s": sum(one.ru_utime + one.ru_stime for one in used),
        "peak_mb": peak,
        "actions": dict(summary.by_action),
    }
    print(json.dumps(figures))


def _say(count: int, run: str, figures: RunFigures | None) -> None:
    assert figures is not None
    done = ", ".join(f"{number} {name}" for name, number in sorted(figures.actions.items()))
    times = f"{figures.seconds:.1f} | {figures.cpu_s:.1f}"
    print(f"| {count} | {run} | {times} | {figures.peak_mb:.0f} | {done} |", flush=True)


def _store_ms(url: str, count: int = 1000) -> float:
    """Milliseconds of beginning and ending one study, with rows as large as those of a spine of ten vertebrae."""
    entry = Entry("", "", "i" * 64, "d" * 64, DAY.isoformat(), "ok", files_signature="f" * 64, result_signature="s")
    listed = Listed("", "", "me", "s", "x" * 12_000, "soon", 2, 10.0, DAY.isoformat())
    with open_store(url) as database:
        queue = WorkQueue(database, worker="bench")
        began = time.perf_counter()
        for number in range(count):
            one: dict[str, Any] = {"folder": f"1.2.{number}", "study_instance_uid": f"1.2.{number}"}
            claim = queue.begin(Task(work_key="k", **one), run="bench")
            queue.finish(claim, replace(entry, **one), replace(listed, **one), action="screened", seconds=1.0)
        return 1000 * (time.perf_counter() - began) / count


if __name__ == "__main__":
    sys.exit(main())
