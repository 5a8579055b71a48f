"""What would change a decision."""

from tests.recommendation.level_cases import at, case, record, spine, vertebra
from vcfimg.reports.explain.what_if import Case, if_all_favourable, what_would_change


def changes(facts: Case, level: str) -> dict[tuple[str, str], tuple[str, str]]:
    found = what_would_change(facts, at(facts.decide(), level))
    return {(change.path, str(change.value)): (change.status.value, change.preference.value) for change in found}


def test_each_listed_change_is_a_real_flip() -> None:
    found = changes(case(record("T12", loss_percent=48)), "T12")
    assert found["clinical_cord_compression", "True"] == ("EMERGENCY_REVIEW", "WITHHELD")
    assert found["infection", "True"] == ("CONTRAINDICATED", "WITHHELD")
    assert found["pain_vas", "3.9"] == ("NOT_INDICATED", "BKP_FAVOURED")
    assert found["levels.T12.escc", "1b"] == ("CANDIDATE_MDT", "BKP_FAVOURED")
    assert found["levels.T12.index", "False"] == ("CANDIDATE", "OPERATOR_CHOICE")
    assert found["levels.T12.loss_percent", "19.0"] == ("CANDIDATE", "OPERATOR_CHOICE")
    assert ("clinical_cord_compression", "False") not in found
    assert ("pain_vas", "4.0") not in found


def test_the_one_missing_fact_leads_to_a_candidate() -> None:
    found = changes(case(record("T12", clinical_cord_compression=None)), "T12")
    assert found["clinical_cord_compression", "False"] == ("CANDIDATE", "BKP_FAVOURED")


def test_a_surgeons_word_resolves_a_straddling_sins() -> None:
    found = changes(case(record("L1", loss_percent=55, posterolateral=None)), "L1")
    assert found["levels.L1.surgeon_stable", "True"] == ("CANDIDATE_MDT", "BKP_FAVOURED")
    assert found["levels.L1.posterolateral", "none"] == ("CANDIDATE", "BKP_FAVOURED")
    assert found["levels.L1.posterolateral", "bilateral"] == ("SURGICAL_REVIEW", "BKP_FAVOURED")


def test_everything_favourable_shows_where_images_alone_may_lead() -> None:
    facts = case(None, spine(vertebra(1, "L3", loss=30, fraction=0.5)))
    best = if_all_favourable(facts, at(facts.decide(), "L3"))
    assert best is not None
    assert best.status in ("CANDIDATE", "CANDIDATE_MDT")
    assert best.missing == ()


def test_nothing_is_promised_to_a_decided_or_refused_case() -> None:
    decided = case(record("L3"))
    assert if_all_favourable(decided, at(decided.decide(), "L3")) is None
    refused = case(record("L3").model_copy(update={"refused": True}))
    assert if_all_favourable(refused, at(refused.decide(), "L3")) is None


def test_the_most_concerning_outcome_comes_first() -> None:
    facts = case(record("T12"))
    found = what_would_change(facts, at(facts.decide(), "T12"))
    assert found[0].status.value == "EMERGENCY_REVIEW"
