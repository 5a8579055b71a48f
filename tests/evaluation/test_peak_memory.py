"""Peak memory is that of the process, in megabytes."""

from pathlib import Path

import numpy as np
import pytest

from vcfimg.evaluation.peak_memory import peak_memory_mb

STATUS = Path("/proc/self/status")


@pytest.mark.skipif(not STATUS.exists(), reason="the system does not tell it in another way")
def test_it_is_what_the_system_says_in_megabytes() -> None:
    (peak,) = (line.split() for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    assert peak[2] == "kB"
    held = int(peak[1]) / 1024
    assert 0.95 * held < peak_memory_mb() < 10 * held  # a child inherits the peak of the process that started it


def test_the_peak_never_falls() -> None:
    before = peak_memory_mb()
    held = np.ones(8 << 20)
    grown = peak_memory_mb()
    del held
    assert 0 < before <= grown <= peak_memory_mb()
