"""The published vignettes, as a table: changes against the default patient, expected status and preference."""

from typing import Any

import pytest

from tests.recommendation.level_cases import codes, one

VIGNETTES: list[tuple[int, str, dict[str, Any], str, str]] = [
    (1, "T12", {"loss_percent": 48, "pain_vas": 8}, "CANDIDATE", "BKP_FAVOURED"),
    (2, "T12", {"loss_percent": 55, "pain_vas": 8, "alignment": "deformity"}, "SURGICAL_REVIEW", "BKP_FAVOURED"),
    (
        3,
        "T12",
        {"loss_percent": 55, "pain_vas": 8, "alignment": "deformity", "surgeon_stable": True},
        "CANDIDATE_MDT",
        "BKP_FAVOURED",
    ),
    (4, "L3", {"loss_percent": 28, "pain_vas": 5}, "CANDIDATE", "BKP_GENERAL"),
    (5, "L3", {"loss_percent": 8, "pain_vas": 6}, "CANDIDATE", "VP_ACCEPTABLE"),
    (6, "L1", {"loss_percent": 10, "pain_vas": 6}, "CANDIDATE", "OPERATOR_CHOICE"),
    (7, "T8", {"loss_percent": 30, "pain_vas": 5, "index": False}, "CANDIDATE", "VP_ACCEPTABLE"),
    (8, "T12", {"loss_percent": 48, "pain_vas": 3}, "NOT_INDICATED", "BKP_FAVOURED"),
    (9, "T9", {"loss_percent": 35, "pain_vas": 8, "exam_levels": ("L4",)}, "NOT_INDICATED", "BKP_GENERAL"),
    (10, "L1", {"loss_percent": 48, "pain_vas": 6, "fracture_age_weeks": 30}, "CANDIDATE", "BKP_FAVOURED"),
    (11, "T7", {"loss_percent": 35, "stir_edema": None}, "INDETERMINATE", "BKP_GENERAL"),
    (12, "T10", {"loss_percent": 60, "pain_vas": 9, "clinical_cord_compression": True}, "EMERGENCY_REVIEW", "WITHHELD"),
    (
        13,
        "T12",
        {"loss_percent": 48, "pain_vas": 9, "clinical_cord_compression": None},
        "INDETERMINATE",
        "BKP_FAVOURED",
    ),
    (
        14,
        "T12",
        {"loss_percent": 48, "pain_vas": 2, "clinical_cord_compression": None},
        "NOT_INDICATED",
        "BKP_FAVOURED",
    ),
    (
        15,
        "T12",
        {"loss_percent": 45, "escc": "1b", "posterior_wall": "disrupted"},
        "CANDIDATE_MDT",
        "BKP_FAVOURED",
    ),
    (16, "L1", {"loss_percent": 55, "pain_vas": 8, "posterolateral": None}, "INDETERMINATE", "BKP_FAVOURED"),
    (17, "T4", {"loss_percent": 48, "pain_vas": 6}, "CANDIDATE_MDT", "BKP_FAVOURED"),
    (18, "L3", {"coagulopathy_uncorrected": None}, "INDETERMINATE", "BKP_GENERAL"),
    (19, "L3", {"loss_percent": None, "loss_uncertainty": None}, "CANDIDATE", "UNDETERMINED"),
    (20, "L3", {"loss_percent": 37}, "CANDIDATE", "BKP_GENERAL"),
    (21, "L3", {"pain_vas": 4.0}, "CANDIDATE", "BKP_GENERAL"),
    (21, "L3", {"pain_vas": 3.9}, "NOT_INDICATED", "BKP_GENERAL"),
]


@pytest.mark.parametrize(("number", "level", "changes", "status", "preference"), VIGNETTES)
def test_vignette(number: int, level: str, changes: dict[str, Any], status: str, preference: str) -> None:
    found = one(level, **changes)
    assert (found.status, found.preference) == (status, preference), number


@pytest.mark.parametrize(
    ("level", "changes", "low", "high"),
    [
        ("T12", {"loss_percent": 48}, 10, 10),
        ("T12", {"loss_percent": 55, "alignment": "deformity"}, 13, 13),
        ("L3", {"loss_percent": 8}, 8, 8),
        ("L1", {"loss_percent": 55, "posterolateral": None}, 11, 14),
    ],
)
def test_vignette_sins(level: str, changes: dict[str, Any], low: int, high: int) -> None:
    sins = one(level, **changes).sins
    assert sins is not None
    assert (sins.min, sins.max) == (low, high)


def test_what_the_open_vignettes_miss() -> None:
    assert one("T7", loss_percent=35, stir_edema=None).missing == ("levels.T7.stir_edema",)
    assert one("T12", loss_percent=48, clinical_cord_compression=None).missing == ("clinical_cord_compression",)
    assert one(coagulopathy_uncorrected=None).missing == ("coagulopathy_uncorrected",)
    assert one("L1", loss_percent=55, posterolateral=None).missing == (
        "levels.L1.surgeon_stable",
        "levels.L1.posterolateral",
    )


def test_the_unexamined_pain_asks_to_recheck_the_numbering() -> None:
    assert "recheck_numbering" in codes(one("T9", exam_levels=("L4",)).alerts)


def test_a_quiet_patient_with_unknown_cord_still_alarms() -> None:
    assert "cord_unknown" in codes(one("T12", pain_vas=2, clinical_cord_compression=None).alerts)


def test_37_percent_is_borderline_to_40() -> None:
    assert one(loss_percent=37).borderline == (40.0,)


def test_the_disrupted_wall_asks_for_decompression_backup() -> None:
    found = one("T12", loss_percent=45, escc="1b", posterior_wall="disrupted")
    assert "decompression_backup" in codes(found.conditions)


def test_every_candidate_carries_biopsy_oncology_and_operator() -> None:
    for _, level, changes, status, _ in VIGNETTES:
        if status.startswith("CANDIDATE"):
            found = one(level, **changes)
            assert found.biopsy == "routine"
            assert "radiation_oncology" in codes(found.consults)
            assert "operator" in codes(found.conditions)
