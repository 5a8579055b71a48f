"""Corrupts valid DICOM files by the thousand and loads or screens them: only named refusals may come out.

``python -m pipelines.fuzz.damaged_files --count 5000`` takes some minutes on two cores and exits with 1 when an
exception other than ``LoadError`` reached the caller, a process died, a good study beside a damaged one was lost or
changed, or a case ran over its time or memory.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal

from pipelines.fuzz.fuzz_case import FuzzCase
from vcfimg.evaluation.peak_memory import peak_memory_mb

Through = Literal["loaders", "screen"]
SECONDS: Final = 10.0
"""Most processor time that one damaged study may take: more would be a hang or a quadratic reader."""
MEGABYTES: Final = 400
"""Most memory that a process may have added to what it held before its first damaged file."""
CASES_PER_PROCESS: Final = 150
"""A fresh process for every so many cases, so that a crash names its case."""


def _make_case(through: Through, folder: Path) -> FuzzCase:
    if through == "loaders":
        return FuzzCase(folder)
    from pipelines.fuzz.damaged_studies import ScreenCase

    return ScreenCase(folder)


def _work(pipe: Connection, seeds: range, through: Through) -> None:
    """Run some cases in a process of its own and report each before and after."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        case = _make_case(through, Path(folder))
        held = peak_memory_mb()
        for seed in seeds:
            pipe.send(("started", seed))
            started = time.process_time()
            try:
                outcome, failure = case.run(seed), ""
            except Exception as error:  # noqa: BLE001 - finding what escapes is what this program is for
                outcome, failure = "escaped", f"{type(error).__name__}: {error}"
            seconds = time.process_time() - started
            grown = peak_memory_mb() - held
            pipe.send(("done", seed, outcome, failure, seconds, grown))


def results(count: int, first: int = 0, through: Through = "loaders") -> Iterator[dict[str, Any]]:
    """Run the cases ``first … first + count - 1`` and yield what became of each."""
    context = multiprocessing.get_context("spawn")
    seed, end = first, first + count
    while seed < end:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, range(seed, min(end, seed + CASES_PER_PROCESS)), through))
        process.start()
        theirs.close()
        running = None
        while True:
            try:
                if not ours.poll(None if running is None else 6 * SECONDS):
                    process.kill()
                    yield {"seed": running, "outcome": "hung", "failure": "no answer", "seconds": 6 * SECONDS, "mb": 0}
                    break
                message = ours.recv()
            except EOFError:
                break
            if message[0] == "started":
                running = message[1]
            else:
                _, running, outcome, failure, seconds, grown = message
                yield {"seed": running, "outcome": outcome, "failure": failure, "seconds": seconds, "mb": grown}
                seed, running = running + 1, None
        process.join()
        if running is not None:
            if process.exitcode and process.exitcode != -9:
                failure = f"the process died ({process.exitcode})"
                yield {"seed": running, "outcome": "died", "failure": failure, "seconds": 0.0, "mb": 0}
            seed = running + 1
        elif process.exitcode:
            raise RuntimeError(f"the worker ended with {process.exitcode} before its first case")


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000, help="number of damaged files (default 5000)")
    parser.add_argument("--first", type=int, default=0, help="seed of the first (default 0)")
    parser.add_argument("--through", choices=("loaders", "screen"), default="loaders", help="how far each study goes")
    options = parser.parse_args(arguments)
    outcomes: Counter[str] = Counter()
    bad, slowest, largest = [], 0.0, 0.0
    for result in results(options.count, options.first, options.through):
        outcomes[result["outcome"]] += 1
        slowest, largest = max(slowest, result["seconds"]), max(largest, result["mb"])
        if result["failure"] or result["seconds"] > SECONDS or result["mb"] > MEGABYTES:
            bad.append(result)
            print(json.dumps(result), file=sys.stderr)
    summary = {"outcomes": dict(outcomes.most_common()), "slowest_s": round(slowest, 2), "largest_mb": round(largest)}
    print(json.dumps({**summary, "bad": len(bad)}, indent=1))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
