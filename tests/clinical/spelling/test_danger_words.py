"""Words that name a danger, and keys that miss one by a letter."""

import pytest

from vcfimg.clinical.dangers import GUARDED_NAMES
from vcfimg.clinical.spelling.danger_words import facts_named, near

CORD, DEFICIT = "clinical_cord_compression", "new_neurological_deficit"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("spinal cord", (CORD,)),
        ("spinalCordCompressed", (CORD,)),
        ("Myelopathy", (CORD,)),
        ("cauda_equina", (CORD,)),
        ("MSCC", (CORD,)),
        ("Paraparesis", (DEFICIT,)),
        ("paraplegic since", (DEFICIT,)),
        ("neuro exam", (DEFICIT,)),
        ("epidural mass", ("escc",)),
        ("Bilsky", ("escc",)),
        ("unstable", ("overt_instability",)),
        ("SINS total", ("sins_reported",)),
        ("urosepsis", ("infection",)),
        ("Spondylodiscitis", ("infection",)),
        ("psoas abscess", ("infection",)),
        ("Anticoagulation", ("coagulopathy_uncorrected",)),
        ("INR", ("coagulopathy_uncorrected",)),
        ("platelets", ("coagulopathy_uncorrected",)),
        ("allergies", ("cement_allergy",)),
        ("pregnant", ("pregnancy",)),
        ("cord and sepsis", (CORD, "infection")),
        ("multiple myeloma", ()),
        ("neuroendocrine tumour", ()),
        ("neuroblastoma", ()),
        ("record number", ()),
        ("caudal endplate", ()),
        ("chordoma", ()),
        ("compares with", ()),
        ("basins", ()),
        ("mainroad", ()),
    ],
)
def test_words(text: str, facts: tuple[str, ...]) -> None:
    assert facts_named(text) == facts


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("infecton", "infection"),
        ("Infectoin", "infection"),
        ("pregnant", "pregnancy"),
        ("esc", "escc"),
        ("esccs", "escc"),
        ("es", None),
        ("clinical_cord_compresion", CORD),
        ("alignement", "alignment"),
        ("cement-alergy", "cement_allergy"),
        ("implants", None),
        ("age", None),
        ("", None),
    ],
)
def test_near_misses(key: str, meant: str | None) -> None:
    assert near(key, GUARDED_NAMES) == meant
