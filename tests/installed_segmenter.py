"""A segmenter that other processes find by its name, as one of an installed package, and that costs next to nothing.

It finds no vertebra, unless the study is told to kill or to wait.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcfimg.errors import SegmentationError
from vcfimg.imaging.segmentation import Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume

NAME = "cheap"
INFO = SegmenterInfo(name=NAME, version="1")
LOOKS = "VCFIMG_TEST_LOOKS"
"""Names a folder that gets a file for every look at a study; ``kill`` and ``wait`` there say what else is to happen."""


@dataclass(frozen=True)
class CheapSegmenter:
    """Says that there is nothing, after the seconds that the file ``wait`` in the folder of looks asks for."""

    info: SegmenterInfo = INFO

    def segment(self, volumes: Sequence[Volume]) -> Segmentation:
        folder = os.environ.get(LOOKS)
        if folder:
            place = Path(folder)
            (place / f"{os.getpid()}-{time.monotonic_ns()}.look").touch()
            if (place / "kill").exists():
                os.kill(os.getpid(), signal.SIGKILL)
            wait = place / "wait"
            time.sleep(float(wait.read_text()) if wait.exists() else 0.0)
        raise SegmentationError("no_vertebrae", "no vertebra was found")


def install(folder: Path) -> dict[str, str]:
    """Announce it below ``folder``; returns the environment in which processes find it."""
    info = folder / "cheap_segmenter-1.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cheap-segmenter\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[vcfimg.segmenters]\n{NAME} = tests.installed_segmenter:CheapSegmenter\n")
    root = str(Path(__file__).parents[1])
    path = os.pathsep.join([str(folder), root, *(one for one in sys.path if one)])
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": path}
    return environment
