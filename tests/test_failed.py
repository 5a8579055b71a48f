import datetime

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.clinical import ClinicalInputs
from vcfimg.policy import load_policy
from vcfimg.redecide import kept_clinical, redecide
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study

AS_OF = datetime.date(2026, 1, 10)
CLINICAL = ClinicalInputs.model_validate({"cancer": True, "pain_vas": 8})


@pytest.fixture
def undecided(oracle: Phantom) -> ScreeningResult:
    """A study with a correction of a vertebra that does not exist."""
    return screen_study(oracle.folder, clinical=CLINICAL, levels={99: "L1"}, as_of=AS_OF)


def test_undecided_study_keeps_what_was_given(undecided: ScreeningResult):
    assert undecided.status == "failed"
    assert kept_clinical(undecided) == CLINICAL
    assert undecided.level_corrections == {99: "L1"}
    assert undecided.frame_of_reference_uid is not None
    assert undecided.provenance.clinical_sha256 is not None
    assert undecided.priority.class_ == "unscreened"
    assert not undecided.priority.images_alone


def test_undecided_study_can_be_decided_again(undecided: ScreeningResult, oracle: Phantom):
    back = ScreeningResult.model_validate_json(undecided.to_json())
    again = redecide(back, clinical=kept_clinical(back), levels=None, policy=load_policy(), as_of=AS_OF)
    fresh = screen_study(oracle.folder, clinical=CLINICAL, as_of=AS_OF)
    assert again.status == "ok"
    assert again.vertebrae == fresh.vertebrae
    assert again.recommendations == fresh.recommendations
