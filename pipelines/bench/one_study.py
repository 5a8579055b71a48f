"""Times one study of 3 x 15 slices at 448 x 448 from files to report: ``python -m pipelines.bench.one_study``.

Warm: segment, measure and derive in this process, on volumes already loaded. Cold: ``vcfimg screen`` in a new process,
reports included. Beside them, in the same run, what they are held against: the network alone over every whole slice, as
a plain slice-by-slice segmenter reads it, and ``dcm2niix``, which only converts the files.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pipelines.bench.startup import seconds_of
from vcfimg.evaluation.peak_memory import peak_memory_mb
from vcfimg.evaluation.timed_run import run_pipeline

SLICES: Final = 15
SIDE: Final = 448
PIXEL_MM: Final = 0.67
"""A field of view of 30 cm."""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print one line per method."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.bench.one_study", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of every method; the median is given")
    parser.add_argument("--seed", type=int, default=910_000, help="synthetic person")
    options = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="vcfimg-bench-") as scratch:
        folder = write_study(Path(scratch) / "images", options.seed)
        outs = [str(Path(scratch) / f"out{i}") for i in range(options.repeats)]
        cold = [seconds_of(["screen", str(folder), "--out", out]) for out in outs]
        lines = [("vcfimg screen, cold", statistics.median(cold))]
        memory = peak_memory_mb(resource.RUSAGE_CHILDREN)
        converter = shutil.which("dcm2niix")
        if converter:
            (Path(scratch) / "nifti").mkdir()
            convert = [converter, "-o", str(Path(scratch) / "nifti"), str(folder)]
            lines.append(
                (
                    "dcm2niix",
                    _median(options.repeats, lambda: subprocess.run(convert, check=True, stdout=subprocess.DEVNULL)),
                )
            )
        lines += warm(folder, options.repeats)
    for name, seconds in lines:
        print(f"{name:<34} {seconds:6.2f} s")
    print(f"{'peak memory, cold':<34} {memory:6.0f} MB")
    print(f"processor load before the run: {load:.1f} of {os.cpu_count()} cores")
    return 0


def write_study(folder: Path, seed: int) -> Path:
    """A synthetic lumbar study of the size named above, as DICOM files."""
    from pipelines.phantom_files import StudyRecipe, write_recipe
    from vcfimg.phantom.dicom_image import PhantomPatient
    from vcfimg.phantom.spec import random_spec

    scan = {"slices": SLICES, "size": (SIDE, SIDE), "pixel_mm": PIXEL_MM}
    write_recipe(StudyRecipe("study", random_spec(seed, pathology=1.0), PhantomPatient(), scan=scan), folder)
    return folder


def warm(folder: Path, repeats: int) -> list[tuple[str, float]]:
    """Seconds of the image pipeline and of the bare network, after a first run that does not count."""
    import numpy as np

    from vcfimg.evaluation.study_reader import study_volumes
    from vcfimg.imaging.segmenters.embedded.canonical_slices import canonical_slices
    from vcfimg.imaging.segmenters.embedded.network import predict
    from vcfimg.policy import load_policy

    policy = load_policy()
    volumes = study_volumes(folder, policy)
    whole = np.concatenate([canonical_slices(v).images for v in volumes])
    run_pipeline(volumes, policy)
    return [
        ("image pipeline, warm", _median(repeats, lambda: run_pipeline(volumes, policy))),
        ("network alone, every whole slice", _median(repeats, lambda: predict(whole))),
    ]


def _median(repeats: int, run: Callable[[], object]) -> float:
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    sys.exit(main())
