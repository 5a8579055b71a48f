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
