"""Stale facts are unknown, undated ones are used with a note, all dates are shown."""

import datetime

import pytest

from tests.recommendation.level_cases import AS_OF, at, codes, decide, record


def ago(days: int) -> datetime.date:
    return AS_OF - datetime.timedelta(days=days)


@pytest.mark.parametrize(("days", "status"), [(0, "CANDIDATE"), (30, "CANDIDATE"), (31, "INDETERMINATE")])
def test_a_dated_vas_over_30_days_is_unknown(days: int, status: str) -> None:
    decision = decide(record(pain_vas_date=ago(days)))
    assert at(decision, "L3").status == status
    assert ("pain_vas" in at(decision, "L3").missing) is (days > 30)
    assert ("vas_stale" in codes(decision.notes)) is (days > 30)
    assert "vas_undated" not in codes(decision.notes)


@pytest.mark.parametrize(("days", "status"), [(30, "CANDIDATE"), (31, "INDETERMINATE")])
def test_a_dated_exam_over_30_days_is_unknown(days: int, status: str) -> None:
    decision = decide(record(exam_date=ago(days)))
    assert at(decision, "L3").status == status
    assert ("exam_levels" in at(decision, "L3").missing) is (days > 30)
    assert ("exam_stale" in codes(decision.notes)) is (days > 30)


def test_a_stale_low_vas_does_not_exclude() -> None:
    assert at(decide(record(pain_vas=1, pain_vas_date=ago(90))), "L3").status == "INDETERMINATE"


def test_undated_facts_are_used_with_a_note() -> None:
    decision = decide(record())
    assert at(decision, "L3").status == "CANDIDATE"
    assert {"vas_undated", "exam_undated"} <= codes(decision.notes)


def test_the_same_record_ages_with_the_decision_date() -> None:
    patient = record(pain_vas_date=ago(0))
    later = decide(patient, as_of=AS_OF + datetime.timedelta(days=31))
    assert at(later, "L3").status == "INDETERMINATE"


def test_a_date_after_the_decision_is_an_alert() -> None:
    assert "date_after_decision" in codes(at(decide(record(pain_vas_date=ago(-3))), "L3").alerts)


def test_dates_are_shown() -> None:
    decision = decide(record(pain_vas_date=ago(3), exam_date=ago(4)), study_date=ago(5))
    text = next(note.text for note in decision.notes if note.code == "dates")
    for date in (AS_OF, ago(3), ago(4), ago(5)):
        assert str(date) in text


@pytest.mark.parametrize(
    ("name", "date", "limit"),
    [
        ("clinical_cord_compression", "neurology_date", 30),
        ("new_neurological_deficit", "neurology_date", 30),
        ("new_neurological_deficit", "exam_date", 30),
        ("infection", "labs_date", 14),
        ("coagulopathy_uncorrected", "labs_date", 14),
    ],
)
def test_a_dated_no_ages_and_a_danger_does_not(name: str, date: str, limit: int) -> None:
    assert name not in at(decide(record(**{date: ago(limit)})), "L3").missing
    for days in (limit + 1, -1):
        assert name in at(decide(record(**{date: ago(days)})), "L3").missing
        found = at(decide(record(**{date: ago(days), name: True})), "L3")
        assert found.status in ("EMERGENCY_REVIEW", "CONTRAINDICATED")


def test_what_raises_concern_on_an_old_mri_stays() -> None:
    old = {"study_date": ago(90)}
    assert "relative_escc" in codes(at(decide(record(escc="1a"), **old), "L3").alerts)
    assert at(decide(record(alignment="translation"), **old), "L3").status == "SURGICAL_REVIEW"
    assert "levels.L3.escc" in at(decide(record(escc="0"), **old), "L3").missing


def test_every_candidate_is_examined_again_on_the_day() -> None:
    assert "neurology_on_the_day" in codes(at(decide(record()), "L3").conditions)
    assert "neurology_on_the_day" not in codes(at(decide(record(pain_vas=2)), "L3").conditions)
