"""One damaged study beside a good one, loaded: what :mod:`pipelines.fuzz.damaged_files` repeats by the thousand."""

import shutil
from pathlib import Path

import numpy as np

from vcfimg.errors import LoadError
from vcfimg.loaders import choose_series, read_volume, scan
from vcfimg.loaders.volume import Volume
from vcfimg.phantom.dicom import Encoding, PhantomImage, Vendor, write_study
from vcfimg.phantom.dicom_damage import damage
from vcfimg.policy import load_policy


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
