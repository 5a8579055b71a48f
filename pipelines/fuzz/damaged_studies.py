"""Damaged studies through ``screen_study``: ``python -m pipelines.fuzz.damaged_files --through screen``."""

import json
from pathlib import Path
from typing import Any, Final

from pipelines.fuzz.fuzz_case import FuzzCase
from vcfimg.imaging.segmenters.protocol import Segmenter
from vcfimg.loaders import scan
from vcfimg.loaders.study import Study
from vcfimg.phantom import SpineSpec, make_study
from vcfimg.phantom.dicom import PhantomImage
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study

GOOD_EVERY: Final = 10
"""The good study is screened to the end at every so many cases, and looked for in the scan at each."""


class ScreenCase(FuzzCase):
    """As :class:`FuzzCase`, with a part of a synthetic spine, measured and decided on."""

    segmenter: Segmenter | None = None
    """None = the embedded one."""

    def image(self) -> PhantomImage:
        """Four sagittal slices of the lower lumbar spine."""
        study = make_study(SpineSpec(seed=5), roles=("t2",), slices=4, size=(104, 80), pixel_mm=1.4, gap_mm=5.0)
        volume, scanned = study.volumes["t2"], study.contrasts["t2"]
        return PhantomImage(volume.array, volume.affine, "t2", scanned.tr_ms, scanned.te_ms)

    def _load(self, work: Path) -> str:
        outcome, found = "skipped", set()
        good_keys = set(self.expected)
        for study in scan([self.good, work]).studies:
            keys = {series.key for series in study.series}
            found |= keys
            if keys & good_keys:
                self._check_good(study, work)
                continue
            result = self._screen(study)
            outcome = result.failure.code if result.failure else result.status
        if not good_keys <= found:
            raise AssertionError("the good study beside the damaged one was lost")
        return outcome

    def _check_good(self, study: Study, work: Path) -> None:
        if int(work.name.removeprefix("case")) % GOOD_EVERY:
            return
        if not hasattr(self, "_good_vertebrae"):
            self._good_vertebrae = self._vertebrae(self._screen(scan([self.good]).studies[0]))
        if self._vertebrae(self._screen(study)) != self._good_vertebrae:
            raise AssertionError("the good study beside the damaged one was measured differently")

    @staticmethod
    def _vertebrae(result: ScreeningResult) -> list[Any]:
        if not result.vertebrae:
            raise AssertionError("nothing was measured in the good study")
        return [one.model_dump(mode="json") for one in result.vertebrae]

    def _screen(self, study: Study) -> ScreeningResult:
        """Screen, and refuse what a user must never see; the result must be writable as JSON."""
        result = screen_study(study, segmenter=self.segmenter)
        if result.failure is not None and result.failure.code == "unexpected_error":
            raise AssertionError(f"unexpected error in {result.failure.stage}: {result.failure.message}")
        json.loads(result.to_json())
        return result
