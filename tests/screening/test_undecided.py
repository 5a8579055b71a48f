import datetime

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.clinical import ClinicalInputs
from vcfimg.policy import load_policy
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study
from vcfimg.screening.redecide import kept_clinical, redecide

AS_OF = datetime.date(2026, 1, 10)
CLINICAL = ClinicalInputs.model_validate({"cancer": True, "pain_vas": 8})


@pytest.fixture
def undecided(phantom: Phantom) -> ScreeningResult:
    """A study with a correction of a vertebra that does not exist."""
    return screen_study(phantom.folder, segmenter=phantom, clinical=CLINICAL, levels={99: "L1"}, as_of=AS_OF)


def test_undecided_study_keeps_what_was_given(undecided: ScreeningResult):
    assert undecided.status == "failed"
    assert kept_clinical(undecided) == CLINICAL
    assert undecided.level_corrections == {99: "L1"}
    assert undecided.frame_of_reference_uid is not None
    assert undecided.provenance.clinical_sha256 is not None
    assert undecided.priority.class_ == "unscreened"
    assert not undecided.priority.images_alone


def test_undecided_study_can_be_decided_again(undecided: ScreeningResult, phantom: Phantom):
    back = ScreeningResult.model_validate_json(undecided.to_json())
    again = redecide(back, clinical=kept_clinical(back), levels=None, policy=load_policy(), as_of=AS_OF)
    fresh = screen_study(phantom.folder, segmenter=phantom, clinical=CLINICAL, as_of=AS_OF)
    assert again.status == "ok"
    assert again.vertebrae == fresh.vertebrae
    assert again.recommendations == fresh.recommendations


def test_danger_in_the_facts_outlives_wrong_corrections(phantom: Phantom):
    facts = ClinicalInputs.model_validate(
        {"clinical_cord_compression": True, "exam_levels": ["L1"], "levels": {"L1": {"loss_percent": 40}}}
    )
    result = screen_study(phantom.folder, segmenter=phantom, clinical=facts, levels={4: "L2", 5: "T12"}, as_of=AS_OF)
    assert result.failure is not None
    assert (result.status, result.failure.stage, result.failure.code) == ("failed", "decide", "levels_inconsistent")
    assert result.priority.class_ == "emergency"
    assert [(one.level, one.status) for one in result.recommendations] == [("L1", "EMERGENCY_REVIEW")]
    assert result.raw is not None
    assert result.vertebrae == ()


def test_study_whose_facts_cannot_be_decided_on_is_unscreened(phantom: Phantom, monkeypatch: pytest.MonkeyPatch):
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("vcfimg.screening.decide.recommend", broken)
    result = screen_study(phantom.folder, segmenter=phantom, clinical=CLINICAL, as_of=AS_OF)
    assert (result.status, result.priority.class_) == ("failed", "unscreened")
    assert result.raw is not None
    assert kept_clinical(result) == CLINICAL
