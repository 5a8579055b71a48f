"""How values may be written: a row for every spelling that is read, and for every one that is refused."""

from typing import Any

import pytest

from vcfimg.clinical.inputs import READ_BY_US, ClinicalInputs, LevelInputs
from vcfimg.clinical.spelling.spellings import UnreadableError
from vcfimg.clinical.spelling.value_kinds import GROUPS, READERS, read_or_keep

READ: list[tuple[str, Any, Any]] = [
    *(("cancer", yes, True) for yes in (True, "yes", "TRUE", "Ja", "WAHR", 1, 1.0, "1", " y ", "oui")),
    *(("cancer", no, False) for no in (False, "no", "FALSE", "Nein", "FALSCH", 0, "0", "n")),
    *(("cancer", unknown, None) for unknown in ("", " ", "?", "unknown", "unbekannt", "n/a", "k.A.")),
    ("infection", "none", False),
    ("infection", "negativ", False),
    ("infection", "positive", True),
    ("infection", "yes, since Monday", True),
    ("infection", "Ja (Blutkultur)", True),
    *(("trauma", none, False) for none in ("fall from standing", "Ground-level fall", "Bagatelltrauma", "nein")),
    *(("trauma", high, True) for high in ("High-energy trauma", "Hochrasanztrauma", "yes")),
    ("age", 65, 65),
    ("age", "65", 65),
    ("age", "65,5", 65.5),
    ("age", "65 y", 65),
    ("age", "65 Jahre", 65),
    ("latency_years", "0,125", 0.125),
    ("pain_vas", "7/10", 7),
    ("pain_vas", "7,5 / 10", 7.5),
    ("pain_vas", "VAS 7", 7),
    ("pain_vas", "7 von 10", 7),
    ("pain_vas", "unknown", None),
    ("exam_levels", "Th12, L1", ["T12", "L1"]),
    ("exam_levels", ["t12", "D11", "L 2", "BWK 10", "HWK5", "LWK 03", "TH 9", "l-4"],
     ["T12", "T11", "L2", "T10", "C5", "L3", "T9", "L4"]),
    ("exam_levels", "T12; L1 und L2", ["T12", "L1", "L2"]),
    ("exam_levels", "none", []),
    ("biopsy_level", "\uff34\uff11\uff12", "T12"),
    *(("escc", two, "2") for two in (2, 2.0, "2", "2.0", "Grade 2", "ESCC 2", "bilsky: 2")),
    ("escc", 1, "1c"),
    ("escc", "1", "1c"),
    ("escc", "1C", "1c"),
    ("escc", "1 b", "1b"),
    ("escc", "1a-1b", "1b"),
    ("escc", "2/3", "3"),
    ("escc", 0, "0"),
    ("sex", "weiblich", "F"),
    ("sex", "male", "M"),
    ("sex", "unknown", None),
    ("bone_quality", "Osteolytic", "lytic"),
    ("alignment", "new kyphosis", "deformity"),
    ("posterolateral", "beidseits", "bilateral"),
    ("posterior_wall", "NOT INTACT", "disrupted"),
    ("collapse", "> 50 %", "over_half"),
    ("collapse", "under half", "under_half"),
    ("biopsy_result", "Non-diagnostic", "nondiagnostic"),
    ("sins_reported", "11/18", 11),
    ("sins_reported", 11.0, 11),
    ("planned_levels", "2", 2),
    ("pain_vas_date", "2026-01-02", "2026-01-02"),
    ("pain_vas_date", "2026-01-02 00:00:00", "2026-01-02"),
    ("patient_id", 4711, "4711"),
    ("patient_id", "0815", "0815"),
    ("patient_id", " ", None),
    ("primaries", "breast; lung", ["breast", " lung"]),
    ("primaries", "carcinoma, left breast", ["carcinoma, left breast"]),
    ("loss_percent", "48 %", 48),
    ("loss_percent", "48,5", 48.5),
    ("loss_percent", 0, 0),
    ("loss_percent", 1, 1),
    ("loss_uncertainty", "\u00b16", 6),
    ("prior_rt_gy", "30 Gy", 30),
    ("fracture_age_weeks", "8 Wochen", 8),
    ("retropulsion_mm", "3 mm", 3),
]  # fmt: skip

REFUSED: list[tuple[str, Any]] = [
    *(("cancer", odd) for odd in ("perhaps", "x", 2, -1, "yes?", [], "none", "ja nein")),
    *(("infection", odd) for odd in ("yes/no", "ja oder nein", "not yes", "yes?")),
    *(("age", odd) for odd in (True, "65 months", "1,500", "1.234.5", "0x41", "\u0661\u0662", "nan years", [65])),
    *(("pain_vas", odd) for odd in ("70/100", "7-8", "70 mm", "70 %", True, "seven")),
    *(("exam_levels", odd) for odd in ("T12-L1", ["L9"], ["T14"], [3], 12, {"T12": True})),
    *(("escc", odd) for odd in (4, "4", "1d", "2a", "high", True, "1-2-3", 1.5)),
    *(("sins_reported", odd) for odd in (19, -1, "11/20", True)),
    *(("planned_levels", odd) for odd in ("two", 1.5, True)),
    *(("pain_vas_date", odd) for odd in ("02.01.2026", "1/2/2026", 20260102)),
    *(("patient_id", odd) for odd in (4711.0, True, ["P"])),
    *(("loss_percent", odd) for odd in (0.48, "0,48", "0.9 %", "48 mm")),
    ("bone_quality", "sclerotic"),
    ("posterior_wall", True),
    ("sex", "x"),
]


@pytest.mark.parametrize(("name", "written", "expected"), READ, ids=lambda value: str(value)[:30])
def test_a_certain_spelling_is_read(name: str, written: Any, expected: Any) -> None:
    found = READERS[name](written)
    assert (found, type(found) is bool) == (expected, type(expected) is bool)


@pytest.mark.parametrize(("name", "written"), REFUSED, ids=lambda value: str(value)[:30])
def test_an_uncertain_spelling_is_refused(name: str, written: Any) -> None:
    with pytest.raises(UnreadableError, match="must"):
        READERS[name](written)
    assert read_or_keep(name, written) is written


@pytest.mark.parametrize(("name", "written", "expected"), READ, ids=lambda value: str(value)[:30])
def test_reading_twice_changes_nothing(name: str, written: Any, expected: Any) -> None:
    if expected is not None:
        assert READERS[name](expected) == expected


def test_every_field_has_a_reader() -> None:
    fields = {*ClinicalInputs.model_fields, *LevelInputs.model_fields} - {"levels", *GROUPS, *READ_BY_US}
    assert set(READERS) == fields
