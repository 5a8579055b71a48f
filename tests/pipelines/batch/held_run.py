"""``vcfimg screen`` as a program of its own, whose looks at sagittal images last until a file says go.

Run as ``python -m tests.pipelines.batch.held_run FOLDER ARGUMENTS``: a file per look, named by its process, is made in
``FOLDER``, and the look ends when there is ``FOLDER/go``.
"""

import os
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.made_segmenters import ORACLE
from vcfimg.errors import SegmentationError
from vcfimg.imaging.segmentation import Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume


@dataclass(frozen=True)
class HeldSegmenter:
    """Finds nothing, and not before it may."""

    folder: Path
    info: SegmenterInfo = ORACLE

    def segment(self, volumes: Sequence[Volume]) -> Segmentation:
        (self.folder / f"{volumes[0].key.replace('/', '_')}-{os.getpid()}-{uuid.uuid4().hex}.look").touch()
        while not (self.folder / "go").exists():
            time.sleep(0.05)
        raise SegmentationError("no_vertebrae", "no vertebra was found")


def main() -> NoReturn:
    import pipelines.screen_run
    from pipelines.cli import main as vcfimg

    segmenter = HeldSegmenter(Path(sys.argv.pop(1)))
    pipelines.screen_run.find_segmenter = lambda name: segmenter
    vcfimg()


if __name__ == "__main__":
    main()
