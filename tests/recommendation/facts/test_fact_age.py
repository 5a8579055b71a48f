import datetime
from typing import Any

import pytest

from vcfimg.clinical import ClinicalInputs
from vcfimg.policy import load_policy
from vcfimg.recommendation import recommend
from vcfimg.recommendation.facts.fact_age import ages_alike

DAY = datetime.date(2026, 1, 10)
POLICY = load_policy()


def days(number: int) -> datetime.date:
    return DAY + datetime.timedelta(days=number)


@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        ({"pain_vas": 8, "pain_vas_date": DAY}, POLICY.facts.vas_max_age_days),
        ({"exam_levels": ["T12"], "exam_date": DAY}, POLICY.facts.exam_max_age_days),
        ({"clinical_cord_compression": False, "neurology_date": DAY}, POLICY.facts.neurology_max_age_days),
        ({"infection": False, "labs_date": DAY}, POLICY.facts.labs_max_age_days),
    ],
)
def test_a_dated_fact_ages_at_its_limit_and_only_there(facts: dict[str, Any], limit: int) -> None:
    record = ClinicalInputs(**facts)
    assert ages_alike(record, POLICY, DAY, days(limit))
    assert not ages_alike(record, POLICY, DAY, days(limit + 1))
    assert not ages_alike(record, POLICY, days(limit), days(limit + 1))
    assert ages_alike(record, POLICY, days(limit + 1), days(limit + 2000))
    assert not ages_alike(record, POLICY, days(-1), DAY)  # dated after the decision


def test_images_age_without_a_record() -> None:
    limit = POLICY.facts.mri_max_age_days
    assert ages_alike(None, POLICY, DAY, days(limit), study_date=DAY)
    assert not ages_alike(None, POLICY, DAY, days(limit + 1), study_date=DAY)
    assert ages_alike(None, POLICY, DAY, days(5000))


def test_what_ages_alike_is_decided_alike() -> None:
    record = ClinicalInputs(
        cancer=True, pain_vas=8, pain_vas_date=days(-20), exam_levels=("T12",), exam_date=days(-3), infection=False
    )
    for later in range(0, 120):
        one, other = (recommend(None, record, POLICY, day, study_date=days(-30)) for day in (DAY, days(later)))
        if ages_alike(record, POLICY, DAY, days(later), study_date=days(-30)):
            assert one.recommendations == other.recommendations
            assert [note for note in one.notes if note.code != "dates"] == [
                note for note in other.notes if note.code != "dates"
            ]
            assert one.priority == other.priority
