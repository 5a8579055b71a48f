"""A result together with the images it was read from."""

from dataclasses import dataclass
from functools import cached_property

from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.imaging.segmentation import Segmentation
from vcfimg.loaders.study import Study
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy
from vcfimg.result import ScreeningResult
from vcfimg.screening.axial import axial_t2


@dataclass(frozen=True)
class Examination:
    """What one look at the images of a study gave, for those who show them.

    ``policy`` is the one it was decided under; ``segmentation`` is None where no vertebra could be looked for;
    ``study`` says which files the volumes come from.
    """

    result: ScreeningResult
    policy: Policy
    volumes: tuple[Volume, ...] = ()
    segmentation: Segmentation | None = None
    study: Study | None = None

    @cached_property
    def axial(self) -> tuple[Volume, ...]:
        """Axial T2 stacks in the same coordinates, shown and not measured; read when they are first asked for."""
        frames = frozenset(volume.frame_of_reference_uid for volume in self.volumes)
        return axial_t2(self.study, self.policy, frames) if self.study is not None and frames else ()

    @property
    def measurement(self) -> SpineMeasurement:
        """The measured spine of the result."""
        return SpineMeasurement(levels=self.result.levels, vertebrae=self.result.vertebrae, spine=self.result.spine)
