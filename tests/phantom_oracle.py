"""A small synthetic study as DICOM, and a segmenter that knows its labels: the whole chain without a network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipelines.phantom_files import StudyRecipe, write_recipe
from tests.made_segmenters import ORACLE
from vcfimg.imaging.raw import SegmenterInfo
from vcfimg.imaging.segmentation import LabelMap, Segmentation
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import Edema, Fracture, PhantomStudy, SpineSpec
from vcfimg.phantom.dicom import PhantomPatient

PATIENT = PhantomPatient(
    patient_id="ID-SECRET-7", name="NAME^SECRET", birth_date="19510203", accession_number="ACC-7", study_date="20260102"
)
RECIPE = StudyRecipe(
    name="fractured",
    spec=SpineSpec(
        seed=77,
        own_variation=0.0,  # the neighbours tell every height: what is tested here is the chain, not the reading
        fractures={"L1": Fracture("wedge", 42.0)},
        edema={"L1": Edema("diffuse", 0.8)},
    ),
    patient=PATIENT,
    roles=("t2", "stir"),
    scan={"slices": 5, "size": (256, 176), "pixel_mm": 1.15, "gap_mm": 4.4, "thickness_mm": 4.0},
)


@dataclass(frozen=True)
class Phantom:
    """The study on disk, and as it was painted: a segmenter that knows the truth."""

    folder: Path
    study: PhantomStudy
    looks: list[str] = field(default_factory=list)
    """Grows by one whenever images are segmented."""
    info: SegmenterInfo = ORACLE

    def segment(self, volumes: Sequence[Volume]) -> Segmentation:
        """The painted labels on the grids of the volumes that were read."""
        self.looks.append(volumes[0].key)
        ids = [int(one) for one in np.unique(self.study.instances) if one]
        order = np.zeros(max(ids) + 1, np.uint16)
        # Painted ids run from head to foot as well, but start above the field of view.
        order[ids] = np.arange(1, len(ids) + 1)
        maps = {}
        for volume in volumes:
            grid = np.indices(volume.shape)[::-1].reshape(3, -1).T.astype(np.float64)
            column, row, place = _nearest(self.study, volume.to_lps(grid)).T
            semantic = self.study.semantic[place, row, column].reshape(volume.shape)
            instances = order[self.study.instances[place, row, column]].reshape(volume.shape)
            maps[volume.key] = LabelMap(semantic.astype(np.uint8), instances.astype(np.uint16), volume.geometry)
        return Segmentation(volumes[0].key, maps, self.info)


def make_phantom(out: Path) -> Phantom:
    """Write the study below ``out``."""
    return Phantom(out / RECIPE.name, write_recipe(RECIPE, out))


def _nearest(study: PhantomStudy, lps: np.ndarray) -> np.ndarray:
    index = np.rint(study.geometry.to_index(lps)).astype(int)
    slices, rows, columns = study.semantic.shape
    return np.asarray(np.clip(index, 0, (columns - 1, rows - 1, slices - 1)))
