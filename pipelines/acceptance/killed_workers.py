"""Workers on one queue are killed again and again at any moment; every study must be done once, and come out the same.

``python -m pipelines.acceptance.killed_workers [--studies N] [--kills N] [--workers N] [--store URL] [--parent]``

With ``--parent`` a run of ``vcfimg screen --store``, which works on the queue itself, is killed among the workers. The
network screens coarse phantoms, so that a kill comes in the midst of real work. PostgreSQL by ``--store
postgresql+psycopg://...``, an empty database; SQLite by default.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from sqlalchemy import select

from pipelines.acceptance.kill_and_resume import write_studies
from pipelines.batch.time_limits import core_count
from vcfimg.store import open_store, sqlite_url
from vcfimg.store.store_tables import ATTEMPTS, STUDIES

VCFIMG: Final = "from pipelines.cli import main; main()"
OPTIONS: Final = ("--as-of", "2026-01-10", "--format", "json")
LEASE_S: Final = 5


def main() -> int:
    """Print what happened; 0 when every study was done once and as in a run left in peace, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=30)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2, help="programs at work, with a process for each core")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=12.0, help="longest time between two kills, in seconds")
    parser.add_argument("--store")
    parser.add_argument("--parent", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _Trial(Path(folder), asked).run()


class _Trial:
    def __init__(self, folder: Path, asked: argparse.Namespace) -> None:
        self.source, self.out, self.whole = folder / "in", folder / "out", folder / "whole"
        self.url: str = asked.store or sqlite_url(folder / "queue.sqlite")
        self.asked = asked
        self.chance = random.Random(asked.seed)

    def run(self) -> int:
        write_studies(self.source, self.asked.studies)
        began = time.monotonic()
        _start("screen", self.source, "--out", self.whole, *OPTIONS).wait()
        print(f"undisturbed: {time.monotonic() - began:.0f} s", flush=True)
        _start("screen", self.source, "--out", self.out, "--store", self.url, "--enqueue", *OPTIONS).wait()
        began = time.monotonic()
        kills = self._kill()
        print(f"{kills} kills, done after {time.monotonic() - began:.0f} s", flush=True)
        return self._judge(kills)

    def _kill(self) -> int:
        programs = [self._program(number) for number in range(self.asked.workers)]
        kills = 0
        while self._left():
            time.sleep(self.chance.uniform(0.5, self.asked.longest))
            number = self.chance.randrange(len(programs))
            if kills < self.asked.kills:
                if programs[number].poll() is None:
                    programs[number].kill()
                    kills += 1
                programs[number].wait()
                programs[number] = self._program(number)
                print(f"kill {kills}: {self._left()} studies left", flush=True)
            for number, program in enumerate(programs):
                if program.poll() is not None and self._left():
                    programs[number] = self._program(number)
        for program in programs:
            program.wait()
        return kills

    def _program(self, number: int) -> "subprocess.Popen[bytes]":
        if self.asked.parent and number == 0:
            command = ["screen", self.source, "--out", self.out, "--store", self.url, "--attempts", 1000, *OPTIONS]
            return _start(*command)
        cores = core_count()  # as many threads for each study as in the run left in peace: its last digits depend on it
        return _start("worker", "--store", self.url, "--lease", LEASE_S, "--attempts", 1000, "--workers", cores)

    def _left(self) -> int:
        with open_store(self.url) as database, database.reading() as connection:
            states = Counter(row.state for row in connection.execute(select(STUDIES.c.state)))
        return states["queued"] + states["claimed"]

    def _judge(self, kills: int) -> int:
        with open_store(self.url) as database, database.reading() as connection:
            done = Counter(
                row.folder for row in connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.outcome == "done"))
            )
            outcomes = Counter(row.outcome for row in connection.execute(select(ATTEMPTS)))
        faults = []
        if kills < self.asked.kills:
            faults.append(f"only {kills} kills")
        expected = {path.parent.name for path in self.whole.glob("studies/*/result.json")}
        if set(done) != expected or len(expected) != self.asked.studies:
            faults.append(f"{len(expected - set(done))} studies lost of {self.asked.studies}")
        faults += [f"done {times} times: {folder}" for folder, times in done.items() if times != 1]
        # The run that knows what was given writes the tables, and finds nothing to do.
        _start("screen", self.source, "--out", self.out, "--store", self.url, *OPTIONS).wait()
        compare = [sys.executable, "-m", "pipelines.compare_results", str(self.whole), str(self.out)]
        if subprocess.run(compare, check=False).returncode:
            faults.append("results differ")
        print(f"attempts: {dict(outcomes)}")
        print("\n".join([*faults, "FAILS"]) if faults else "holds")
        return int(bool(faults))


def _start(*arguments: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", VCFIMG, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    sys.exit(main())
