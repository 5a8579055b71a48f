"""Start-up times of the command line on this machine: ``python -m pipelines.bench.startup``."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

RUNS: Final = 9

FACTS: Final = {
    "patients": [
        {
            "patient_id": "BENCH",
            "cancer": True,
            "pain_vas": 8,
            "pain_positional": True,
            "exam_levels": ["T12"],
            "levels": {"T12": {"loss_percent": 48, "loss_uncertainty": 6, "stir_edema": True}},
        }
    ]
}

TARGETS: Final = {"--help": 0.3, "recommend": 0.5}
"""Seconds that the median should not pass."""


def main() -> int:
    """Print the median of several cold starts of each command; 1 when a target is missed."""
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        facts = Path(folder) / "clinical.json"
        facts.write_text(json.dumps(FACTS), "utf-8")
        commands = {"--help": ["--help"], "recommend": ["recommend", "--clinical", str(facts), "--json"]}
        for name, arguments in commands.items():
            seconds = statistics.median(seconds_of(arguments) for _ in range(RUNS))
            missed |= seconds > TARGETS[name]
            print(f"vcfimg {name:<10} {seconds:.2f} s (median of {RUNS}; target {TARGETS[name]} s)")
    return int(missed)


def seconds_of(arguments: list[str]) -> float:
    """Seconds of one command in a new process."""
    began = time.perf_counter()
    code = "from pipelines.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
