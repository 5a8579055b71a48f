"""Decisions in words."""

import datetime

import pytest

from tests.recommendation.level_cases import AS_OF, case, decide, record, spine, vertebra
from tests.recommendation.sample_patients import PAGE, page, patients
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.policy import load_policy
from vcfimg.policy.policy_info import PolicyInfo
from vcfimg.recommendation import DISCLAIMER
from vcfimg.recommendation.recommendation import Decision
from vcfimg.reports.explain.explanation import case_of, explain
from vcfimg.result import Failure, Provenance, ScreeningResult


def screened(clinical: ClinicalInputs | None, sha256: str | None = None) -> ScreeningResult:
    image = spine(vertebra(1, "T12", loss=48, fraction=0.5), vertebra(2, "L1", loss=30))
    decision = decide(clinical, image, study_date=AS_OF)
    info = load_policy().info
    return ScreeningResult(
        status="ok",
        study=StudyInfo(study_instance_uid="1.2", study_date=str(AS_OF)),
        levels=image.levels,
        vertebrae=image.vertebrae,
        recommendations=decision.recommendations,
        plan=decision.plan,
        priority=decision.priority,
        notes=decision.notes,
        clinical=None if clinical is None else clinical.model_dump(mode="json"),
        provenance=Provenance(
            version="0",
            policy=PolicyInfo(name=info.name, version=info.version, sha256=sha256 or info.sha256),
            as_of=str(AS_OF),
            started="2026-11-24T00:00:00+00:00",
            seconds=1.0,
        ),
        disclaimer=DISCLAIMER,
    )


def test_the_documentation_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.recommendation.sample_patients"


def test_the_headings_come_in_order() -> None:
    text = explain(case(record("T12")).decide(), case=case(record("T12")))
    headings = ["Findings", "Why this status", "For BKP", "For VP", "Biopsy", "What would change this?", "Every rule"]
    places = [text.index(f"\n{heading}") for heading in headings]
    assert places == sorted(places)
    assert " ".join(DISCLAIMER.split()) in " ".join(text.split())


def test_missing_facts_are_numbered_with_their_paths() -> None:
    text = explain(decide(record("T12", clinical_cord_compression=None)))
    assert "1. clinical cord or cauda compression  [clinical_cord_compression]" in text


def test_a_stored_result_is_explained_with_what_would_change_it() -> None:
    result = screened(record("T12"))
    text = explain(result, "T12", case=case_of(result, load_policy()))
    assert text.startswith("T12: CANDIDATE / BKP_FAVOURED")
    assert "What would change this?" in text
    assert "\nL1:" not in text


def test_another_policy_than_the_one_at_hand_leaves_the_what_if_out() -> None:
    assert case_of(screened(None), load_policy()) is not None
    assert case_of(screened(None, sha256="0" * 64), load_policy()) is None


@pytest.mark.parametrize("number", ["7", "#7"])
def test_a_vertebra_without_a_name_is_asked_for_by_id(number: str) -> None:
    assert explain(decide(None, spine(vertebra(7, None, loss=50))), number).startswith("#7: ")


def test_what_is_missing_at_a_vertebra_without_a_name_says_at_which() -> None:
    text = explain(decide(None, spine(vertebra(7, None, loss=50), vertebra(8, None, loss=50))), "7")
    assert "epidural grade (ESCC, Bilsky) at #7  [vertebrae.7.escc]" in text
    assert "at #8" not in text


def test_an_unknown_level_lists_those_there_are() -> None:
    with pytest.raises(ValueError, match="T12"):
        explain(decide(record("T12")), "L5")


def test_no_preference_says_which_of_loss_and_level_is_missing() -> None:
    unmeasured = explain(decide(None, spine(vertebra(1, "L1", loss=None, fraction=0.5))))
    assert "Procedure: The degree of collapse is not known, so no procedure is named." in unmeasured
    unnamed = explain(decide(None, spine(vertebra(7, None, loss=30))))
    assert "Procedure: The level has no name yet and the procedure depends on it, so none is named." in unnamed


def test_a_healthy_spine_says_so() -> None:
    text = explain(decide(None, spine(vertebra(1, "L1"))))
    assert text.startswith("No level is fractured")


def test_a_study_that_was_not_screened_says_why() -> None:
    failure = Failure(stage="load", code="missing_slice", message="slice 4 of 11 is missing")
    result = screened(None).model_copy(update={"status": "failed", "failure": failure, "recommendations": ()})
    text = explain(result)
    assert "missing_slice" in text
    assert "No level is fractured" not in text
    empty = screened(None).model_copy(update={"status": "no_spine_series", "recommendations": ()})
    assert "no sagittal series" in explain(empty)
    by_record = result.model_copy(update={"recommendations": decide(record("T12")).recommendations})
    assert "\nT12: CANDIDATE" in explain(by_record)


def test_no_identifier_is_printed() -> None:
    clinical = record("T12", patient_id="SECRET-ID", accession_number="ACC-1", study_instance_uid="1.2.3.4.5")
    text = explain(decide(clinical), case=case(clinical))
    for word in ("SECRET-ID", "ACC-1", "1.2.3.4.5"):
        assert word not in text


def test_every_rule_is_listed_with_source_and_kind() -> None:
    decision = decide(record("T12"))
    text = " ".join(explain(decision).split())
    for step in decision.recommendations[0].trace:
        assert f"{step.rule}: " in text
        assert f"[{step.kind}: {' '.join(step.source.split())}]" in text


@pytest.mark.parametrize("number", range(5))
def test_each_sample_patient_round_trips(number: int) -> None:
    _, facts = list(patients())[number]
    decision = facts.decide()
    again = Decision.model_validate_json(decision.model_dump_json(by_alias=True))
    assert explain(again, case=facts) == explain(decision, case=facts)
    assert isinstance(facts.as_of, datetime.date)
