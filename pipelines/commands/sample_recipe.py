"""The recipe of ``sample_data/``: three small synthetic studies and their clinical facts."""

from pathlib import Path
from typing import Any, Final

from pipelines.phantom_files import StudyRecipe, write_json, write_recipe
from vcfimg.phantom import Edema, Fracture, SpineSpec
from vcfimg.phantom.dicom import PhantomPatient

SCAN: Final = {"slices": 9, "size": (300, 224), "pixel_mm": 0.95, "gap_mm": 4.8, "thickness_mm": 4.0}
"""Small enough to keep the repository light, still a usual lumbar protocol."""

DISC_WEAR: Final = {"L1": 0.2, "L2": 0.3, "L3": 0.4, "L4": 0.7, "L5": 0.8}

FRACTURED: Final = StudyRecipe(
    name="1-fractures",
    spec=SpineSpec(
        seed=4101,
        fractures={"T12": Fracture("wedge", 48.0), "L3": Fracture("biconcave", 29.0)},
        edema={"T12": Edema("diffuse", 0.8), "L3": Edema("band", 0.5)},
        disc_degeneration=DISC_WEAR,
    ),
    patient=PhantomPatient(patient_id="SAMPLE-1", accession_number="SAMPLE-A1", age_years=65),
    vendor="siemens",
    encoding="jpeg_ls",
    scan=SCAN,
    localizer=True,
)
HEALTHY: Final = StudyRecipe(
    name="2-healthy",
    spec=SpineSpec(seed=4202, scale=1.06, lordosis=1.15, disc_degeneration={"L5": 0.4}),
    patient=PhantomPatient(patient_id="SAMPLE-2", accession_number="SAMPLE-A2", age_years=48),
    vendor="philips_enhanced",
    encoding="jpeg_2000",
    scan=SCAN,
)
NO_STIR: Final = StudyRecipe(
    name="3-no-stir",
    spec=SpineSpec(
        seed=4303, scale=0.97, fractures={"L1": Fracture("crush", 36.0)}, disc_degeneration={**DISC_WEAR, "T12": 0.3}
    ),
    patient=PhantomPatient(patient_id="SAMPLE-3", accession_number="SAMPLE-A3", age_years=71),
    roles=("t1", "t2"),
    vendor="ge",
    encoding="jpeg_ls",
    scan=SCAN,
)

JUNK: Final = "This file is not an image; it stands for what lies about in every export folder.\n"


def write_samples(out: Path) -> None:
    """Write the three studies, a junk file and ``clinical.json`` below ``out``."""
    for recipe in (FRACTURED, HEALTHY, NO_STIR):
        write_recipe(recipe, out)
    (out / NO_STIR.name / "readme.txt").write_text(JUNK, "utf-8")
    write_json(out / "clinical.json", {"patients": [_full(), _few(), _partial()]})


def _full() -> dict[str, Any]:
    """Every fact that a decision on the first patient needs."""
    level = {
        "escc": "0",
        "bone_quality": "lytic",
        "alignment": "normal",
        "posterolateral": "none",
        "posterior_wall": "intact",
        "body_involved_over_half": True,
        "instrumented": False,
    }
    return {
        "patient_id": "SAMPLE-1",
        "accession_number": "SAMPLE-A1",
        "age": 65,
        "sex": "F",
        "cancer": True,
        "primaries": ["breast"],
        "first_metastasis": False,
        "pain_vas": 8,
        "pain_vas_date": "2026-01-05",
        "pain_positional": True,
        "exam_levels": ["T12"],
        "exam_date": "2026-01-05",
        "clinical_cord_compression": False,
        "new_neurological_deficit": False,
        "overt_instability": False,
        "infection": False,
        "coagulopathy_uncorrected": False,
        "cement_allergy": False,
        "pregnancy": False,
        "trauma": False,
        "primary_bone_tumour": False,
        "levels": {"T12": {**level, "index": True}, "L3": {**level, "index": False}},
    }


def _few() -> dict[str, Any]:
    """The second patient: six facts are enough to decide on the painful level."""
    return {
        "patient_id": "SAMPLE-2",
        "primaries": ["colon"],
        "pain_vas": 3,
        "pain_vas_date": "2026-01-06",
        "pain_positional": False,
        "exam_levels": ["L4"],
        "neurology_normal": True,
    }


def _partial() -> dict[str, Any]:
    """The third patient, about whom much is not known."""
    return {
        "patient_id": "SAMPLE-3",
        "age": 71,
        "cancer": True,
        "primaries": ["prostate", "kidney"],
        "pain_vas": 6,
        "pain_vas_date": "2026-01-04",
        "exam_levels": ["L1"],
        "exam_date": "2026-01-04",
    }
