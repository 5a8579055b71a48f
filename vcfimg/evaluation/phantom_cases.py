"""Cases from the phantom: studies drawn from seeds, or a folder of phantom studies with their truth beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.evaluation.study_reader import study_volumes
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import PhantomStudy, SpineTruth, VertebraTruth, make_study, random_spec
from vcfimg.phantom.acquisition import Acquisition
from vcfimg.policy import Policy

FIRST_SEED: Final = 900_000
"""Seeds from here on are kept for evaluation and are never trained on."""

TRUTH_FILE: Final = "truth.json"
_USUAL_LUMBAR, _USUAL_THORACIC = 5, 12


@dataclass(frozen=True)
class SeedSource:
    """A random person under a random but usual examination, both drawn from the seed."""

    seed: int

    @property
    def name(self) -> str:
        """Name for the tables."""
        return f"phantom-{self.seed}"

    def load(self, policy: Policy) -> Case:
        """Paint the study."""
        rng = np.random.default_rng([self.seed, 77])
        region = str(rng.choice(["lumbar", "thoracolumbar", "thoracic", "cervical"], p=[0.55, 0.25, 0.12, 0.08]))
        pixel = float(rng.uniform(0.6, 1.0))
        field_mm = 300.0 if region == "lumbar" else 340.0 if region != "cervical" else 250.0
        rows = int(field_mm / pixel / 2) * 2
        study = make_study(
            random_spec(self.seed),
            region=region,
            slices=int(rng.integers(11, 17)),
            size=(rows, int(rows * 0.85 / 2) * 2),
            pixel_mm=pixel,
            gap_mm=float(rng.uniform(3.6, 5.0)),
            thickness_mm=3.5,
            yaw_deg=float(rng.normal(0, 4)),
            field_t=float(rng.choice([1.5, 3.0])),
            acquisition=Acquisition(
                blur_mm=float(rng.uniform(0.2, 0.5)),
                noise=float(rng.uniform(0.01, 0.04)),
                shading=float(rng.uniform(0.1, 0.7)),
                chemical_shift_mm=float(rng.uniform(0.0, 0.6)),
            ),
        )
        return study_case(self.name, study)


@dataclass(frozen=True)
class FolderSource:
    """A phantom study written as DICOM, with ``truth.json`` beside its files; it has no masks."""

    name: str
    folder: Path

    def load(self, policy: Policy) -> Case:
        """Scan the folder, choose the series as screening would, and read the truth."""
        truth = SpineTruth.model_validate_json((self.folder / TRUTH_FILE).read_text(encoding="utf-8"))
        volumes = study_volumes(self.folder, policy)
        return _case(self.name, volumes, true_bodies(truth, list(range(1, len(truth.vertebrae) + 1))), truth, {})


def seed_sources(count: int, first: int = FIRST_SEED) -> list[SeedSource]:
    """``count`` studies that training never sees."""
    return [SeedSource(first + i) for i in range(count)]


def find_phantoms(folder: Path) -> list[FolderSource]:
    """Every folder below ``folder`` that holds a truth file."""
    found = sorted(path.parent for path in folder.rglob(TRUTH_FILE))
    return [FolderSource(str(path.relative_to(folder)) if path != folder else folder.name, path) for path in found]


def study_case(name: str, study: PhantomStudy) -> Case:
    """A painted study as a case, with the masks of its bodies."""
    volumes = tuple(study.volumes.values())
    labels = [_label_at(study.instances, volumes[0], v) for v in study.truth.vertebrae]
    masks = {v.key: study.instances for v in volumes}
    return _case(name, volumes, true_bodies(study.truth, labels), study.truth, masks)


def true_bodies(truth: SpineTruth, labels: Iterable[int]) -> tuple[TrueBody, ...]:
    """The truth of each vertebra in view, with its integer in the masks (0 = not painted there)."""
    return tuple(
        TrueBody(
            label=label,
            level=v.level,
            center_mm=v.center_mm,
            height_mm=v.height_mm,
            loss_percent=v.loss_percent,
            edema_fraction=v.edema_fraction,
            complete=v.in_view,
        )
        for v, label in zip(truth.vertebrae, labels, strict=True)
    )


def _case(
    name: str,
    volumes: tuple[Volume, ...],
    bodies: tuple[TrueBody, ...],
    truth: SpineTruth,
    masks: dict[str, NDArray[np.uint16]],
) -> Case:
    return Case(
        name,
        "+".join(v.role for v in volumes),
        volumes,
        bodies,
        masks,
        exhaustive=True,
        sacrum_in_view=truth.sacrum_in_view,
        c2_in_view=truth.c2_in_view,
        usual_count=(truth.lumbar_count, truth.thoracic_count) == (_USUAL_LUMBAR, _USUAL_THORACIC),
        diffuse_marrow=truth.diffuse_marrow,
    )


def _label_at(instances: NDArray[np.uint16], volume: Volume, vertebra: VertebraTruth) -> int:
    """The integer painted around the centre of ``vertebra``; 0 when none is."""
    column, row, k = np.round(volume.to_index(np.array(vertebra.center_mm))).astype(int)
    around = instances[max(0, k - 1) : k + 2, max(0, row - 3) : row + 4, max(0, column - 3) : column + 4]
    painted = around[around > 0]
    return int(np.bincount(painted).argmax()) if painted.size else 0
