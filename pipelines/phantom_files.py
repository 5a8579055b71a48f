"""Synthetic studies as files: DICOM images, and the exact truth beside them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vcfimg.phantom import PhantomStudy, SpineSpec, make_study
from vcfimg.phantom.dicom import PhantomImage, PhantomPatient, write_study


@dataclass(frozen=True)
class StudyRecipe:
    """One study to write: the person, the scan, and the files."""

    name: str
    """Folder of the study."""
    spec: SpineSpec
    patient: PhantomPatient
    roles: tuple[str, ...] = ("t1", "t2", "stir")
    vendor: str = "siemens"
    encoding: str = "explicit"
    scan: dict[str, Any] = field(default_factory=dict)
    """Further arguments of :func:`vcfimg.phantom.make_study`."""
    localizer: bool = False


def write_recipe(recipe: StudyRecipe, out: Path) -> PhantomStudy:
    """Write ``out/<name>/``, the truth beside the images in ``truth.json``; the same recipe gives the same files."""
    study = make_study(recipe.spec, roles=recipe.roles, **recipe.scan)
    write_study(
        [_image(study, role) for role in recipe.roles],
        out / recipe.name,
        vendor=recipe.vendor,
        patient=recipe.patient,
        seed=recipe.name,
        encoding=recipe.encoding,
        localizer=recipe.localizer,
    )
    write_json(out / recipe.name / "truth.json", study.truth.model_dump(mode="json"))
    return study


def write_json(path: Path, document: Any) -> None:
    """Write a readable JSON file, and its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


def random_recipes(seeds: Sequence[int], *, pathology: float, **common: Any) -> list[StudyRecipe]:
    """Recipes of random people, one per seed."""
    from vcfimg.phantom import random_spec

    return [
        StudyRecipe(
            name=f"phantom-{seed}",
            spec=random_spec(seed, pathology=pathology),
            patient=PhantomPatient(patient_id=f"PHANTOM-{seed}", accession_number=f"PHANTOM-A{seed}"),
            **common,
        )
        for seed in seeds
    ]


def _image(study: PhantomStudy, role: str) -> PhantomImage:
    volume, contrast = study.volumes[role], study.contrasts[role]
    return PhantomImage(
        volume.array,
        volume.affine,
        role,
        contrast.tr_ms,
        contrast.te_ms,
        contrast.ti_ms,
        field_strength=contrast.field_t,
        slice_thickness=study.slice_thickness_mm,
    )
