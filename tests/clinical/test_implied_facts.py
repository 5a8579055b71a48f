"""What a record implies."""

from typing import Any

import pytest

from vcfimg.clinical import ClinicalInputs, Remark, implied_facts
from vcfimg.clinical.implied_facts import is_solitary_plasmacytoma, names_malignancy


@pytest.mark.parametrize(
    ("primary", "expected"),
    [
        *((name, True) for name in ("breast", "Mammakarzinom", "small-cell lung", "myeloma", "melanoma", "renal cell")),
        *((name, True) for name in ("unknown primary", "CUP", "Plasmozytom", "sarcoma")),
        *((name, False) for name in ("none", "unknown", "?", "no", " ", "-", "keine", "unbekannt", "0")),
        *((name, False) for name in ("benign adenoma", "DCIS, in situ", "basal cell carcinoma", "no known cancer")),
    ],
)
def test_malignancy(primary: str, expected: bool) -> None:
    assert names_malignancy(primary) is expected


@pytest.mark.parametrize(
    ("primary", "expected"),
    [
        ("solitary bone plasmacytoma", True),
        ("plasmacytoma", True),
        ("Plasmacytoma of T12", True),
        ("solitäres Plasmozytom", True),
        ("Plasmozytom", False),
        ("multiple plasmacytoma", False),
        ("multiple myeloma (plasmacytoma)", False),
        ("myeloma", False),
        ("solitary metastasis of breast", False),
    ],
)
def test_solitary_plasmacytoma(primary: str, expected: bool) -> None:
    assert is_solitary_plasmacytoma(primary) is expected


OPEN = Remark(code="danger_provisional", field="new_neurological_deficit", text="")

CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"cancer": None, "cord": None, "deficit": None}),
    ({"primaries": ["breast"]}, {"cancer": True}),
    ({"primaries": ["?", "benign"]}, {"cancer": None}),
    ({"biopsy_result": "malignant"}, {"cancer": True}),
    ({"biopsy_result": "benign"}, {"cancer": None}),
    ({"histology_known": True, "first_metastasis": True}, {"cancer": None}),
    ({"cancer": False, "primaries": ["none"]}, {"cancer": False, "conflicts": ()}),
    ({"cancer": False, "primaries": ["lung"]}, {"cancer": None, "conflicts": ("cancer",)}),
    ({"neurology_normal": True}, {"cord": False, "deficit": False, "neurology_abnormal": False}),
    ({"neurology_normal": False}, {"cord": None, "deficit": None, "neurology_abnormal": True}),
    ({"neurology_normal": True, "clinical_cord_compression": True}, {"cord": True, "deficit": False}),
    ({"neurology_normal": False, "new_neurological_deficit": False}, {"cord": None, "deficit": False}),
    ({"neurology_normal": True, "remarks": [OPEN]}, {"cord": False, "deficit": None}),
    ({"exam_tenderness": False}, {"not_tender": True}),
    ({"exam_tenderness": True}, {"not_tender": None}),
    ({"exam_tenderness": False, "exam_levels": ["L1"]}, {"not_tender": None, "conflicts": ("exam_tenderness",)}),
    ({"exam_levels": []}, {"not_tender": None}),
    ({"primaries": ["solitary plasmacytoma"]}, {"cancer": True, "solitary_plasmacytoma": True}),
    ({"primaries": ["plasmacytoma", "multiple myeloma"]}, {"solitary_plasmacytoma": False}),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), CASES, ids=lambda value: str(value)[:50])
def test_implied(facts: dict[str, Any], expected: dict[str, Any]) -> None:
    found = implied_facts(ClinicalInputs(**facts))
    assert {name: getattr(found, name) for name in expected} == expected
