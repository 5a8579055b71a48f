"""A run over many studies is killed again and again at any moment; nothing may be lost, nothing done twice.

``python -m pipelines.acceptance.kill_and_resume [--studies N] [--kills N] [--workers N]``
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from pipelines.phantom_files import StudyRecipe, write_recipe
from vcfimg.phantom import SpineSpec
from vcfimg.phantom.dicom import PhantomPatient

SMALL: Final = {"slices": 5, "size": (256, 176), "pixel_mm": 1.15, "gap_mm": 4.4, "thickness_mm": 4.0}
"""One stack a study, coarse: the trial is of the run, not of the reading."""

SCREEN: Final = "from pipelines.cli import main; main()"


def main() -> int:
    """Print what happened; 0 when every result is that of a run left in peace, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=12)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _try(Path(folder), asked.studies, asked.kills, asked.workers, random.Random(asked.seed))


def _try(folder: Path, studies: int, kills: int, workers: int, chance: random.Random) -> int:
    source, killed, whole = folder / "in", folder / "killed", folder / "whole"
    write_studies(source, studies)
    began = time.monotonic()
    _screen(source, whole, workers).wait()
    longest = time.monotonic() - began
    faults = 0
    done: dict[Path, int] = {}
    for number in range(kills):
        run = _screen(source, killed, workers)
        time.sleep(chance.uniform(0.0, longest))
        run.kill()
        run.wait()
        faults += _changed(done)
        done |= {path: path.stat().st_mtime_ns for path in killed.glob("studies/*/result.json")}
        print(f"kill {number + 1}: {len(done)} of {studies} finished", flush=True)
    _screen(source, killed, workers).wait()
    faults += _changed(done)
    results, expected = (set(_names(out)) for out in (killed, whole))
    if results != expected or len(expected) != studies:
        print(f"{len(expected - results)} studies lost of {studies}")
        faults += 1
    compared = subprocess.run(
        [sys.executable, "-m", "pipelines.compare_results", str(whole), str(killed)], check=False
    ).returncode
    print("holds" if not faults and compared == 0 else "FAILS")
    return int(bool(faults or compared))


def write_studies(folder: Path, count: int) -> None:
    """Coarse phantoms of one stack each, in folders of their own."""
    for number in range(count):
        name = f"study{number}"
        patient = PhantomPatient(patient_id=f"PHANTOM-{number}", study_date="20260102")
        recipe = StudyRecipe(name, SpineSpec(seed=number), patient, roles=("t2",), scan=SMALL)
        write_recipe(recipe, folder)


def _screen(source: Path, out: Path, workers: int) -> "subprocess.Popen[bytes]":
    options = ["--out", str(out), "--workers", str(workers), "--as-of", "2026-01-10", "--format", "json"]
    return subprocess.Popen(
        [sys.executable, "-c", SCREEN, "screen", str(source), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _changed(done: dict[Path, int]) -> int:
    """How many finished results are gone or were written again."""
    found = [path for path, time_ns in done.items() if not path.exists() or path.stat().st_mtime_ns != time_ns]
    for path in found:
        print(f"lost or done twice: {path.parent.name}")
    return len(found)


def _names(out: Path) -> list[str]:
    return [path.parent.name for path in out.glob("studies/*/result.json")]


if __name__ == "__main__":
    sys.exit(main())
