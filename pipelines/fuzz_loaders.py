"""Corrupts valid DICOM files by the thousand and loads or screens them: only named refusals may come out.

``python -m pipelines.fuzz_loaders --count 5000`` takes some minutes on two cores and exits with 1 when an exception
other than ``LoadError`` reached the caller, a process died, a good study beside a damaged one was lost or changed, or a
case ran over its time or memory.
"""

import argparse
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from vcfimg.errors import LoadError
from vcfimg.loaders import choose_series, read_volume, scan
from vcfimg.loaders.volume import Volume
from vcfimg.memory import peak_memory_mb
from vcfimg.phantom.dicom import Encoding, PhantomImage, Vendor, write_study
from vcfimg.phantom.dicom_damage import damage
from vcfimg.policy import load_policy

Through = Literal["loaders", "screen"]
SECONDS: Final = 10.0
"""Longest time that loading one damaged study may take."""
MEGABYTES: Final = 400
"""Most memory that a process may have added to what it held before its first damaged file."""
CASES_PER_PROCESS: Final = 150
"""A fresh process for every so many cases, so that a crash names its case."""


class FuzzCase:
    """Valid studies in every style and encoding, one file of which is damaged per case.

    Parameters
    ----------
    folder
        An empty scratch folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        image = self.image()
        self.good = folder / "good"
        write_study([image], self.good, seed="good")
        self.templates = [
            write_study([image], folder / "templates" / vendor / encoding, vendor=vendor, encoding=encoding)
            for vendor in (Vendor.SIEMENS, Vendor.HITACHI, Vendor.PHILIPS_ENHANCED)
            for encoding in Encoding
        ]
        self.expected = self._volumes(self.good)
        if len(self.expected) != 1:
            raise RuntimeError("the undamaged study cannot be loaded")

    def image(self) -> PhantomImage:
        """What the studies show."""
        z, r, c = np.mgrid[:4, :48, :40].astype(float)
        array = 200 + 40 * z + 5 * r + 60 * np.sin(c / 4)
        affine = np.array([[0, 0, -4.5, 9], [0.7, 0, 0, -40], [0, -0.7, 0, 30], [0, 0, 0, 1.0]])
        return PhantomImage(array, affine, "t2", repetition_time=3000, echo_time=90)

    def run(self, seed: int) -> str:
        """Load one damaged study beside the good one.

        Returns
        -------
        str
            ``"volume"`` (or the status of the screening), ``"skipped"`` or the code of the refusal.

        Raises
        ------
        AssertionError
            When the good study was lost or changed.
        Exception
            Whatever escaped from the loaders: a defect.
        """
        template = self.templates[seed % len(self.templates)]
        work = self.folder / f"case{seed}"
        try:
            for index, file in enumerate(template):
                (work / str(index)).mkdir(parents=True)
                shutil.copy(file, work / str(index) / "image")
            victim = work / str(seed // len(self.templates) % len(template)) / "image"
            damaged = damage(victim.read_bytes(), seed)
            victim.write_bytes(damaged.data)
            return self._load(work)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _load(self, work: Path) -> str:
        outcome, found = "skipped", {}
        for study in scan([self.good, work]).studies:
            try:
                study.check()
                choose_series(study, policy=load_policy())
            except LoadError as error:
                outcome = error.code
                continue
            for series in study.series:
                expected = series.key in self.expected
                try:
                    found[series.key] = read_volume(series, policy=load_policy())
                except LoadError as error:
                    outcome = outcome if expected else error.code
                else:
                    outcome = outcome if expected else "volume"
        for key, volume in self.expected.items():
            if key not in found or not np.array_equal(found[key].array, volume.array):
                raise AssertionError("the good study beside the damaged one was lost or changed")
        return outcome

    def _volumes(self, folder: Path) -> dict[str, Volume]:
        series = [each for study in scan([folder]).studies for each in study.series]
        return {each.key: read_volume(each, policy=load_policy()) for each in series}


def _make_case(through: Through, folder: Path) -> FuzzCase:
    if through == "loaders":
        return FuzzCase(folder)
    from pipelines.fuzz_screen import ScreenCase

    return ScreenCase(folder)


def _work(pipe: Connection, seeds: range, through: Through) -> None:
    """Run some cases in a process of its own and report each before and after."""
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        case = _make_case(through, Path(folder))
        held = peak_memory_mb()
        for seed in seeds:
            pipe.send(("started", seed))
            started = time.monotonic()
            try:
                outcome, failure = case.run(seed), ""
            except Exception as error:  # noqa: BLE001 - finding what escapes is what this program is for
                outcome, failure = "escaped", f"{type(error).__name__}: {error}"
            seconds = time.monotonic() - started
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
