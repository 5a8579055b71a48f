import pytest

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.recommendation.recommendation import Preference, Status
from vcfimg.reports.words import CONCERN, MISSING, PREFERENCE, STATUS, missing_words, reason_words


def test_every_status_and_preference_has_words_and_a_place() -> None:
    assert set(STATUS) == set(Status) == set(CONCERN)
    assert set(PREFERENCE) == set(Preference)


def test_every_clinical_fact_has_words() -> None:
    identifiers = {"patient_id", "study_instance_uid", "accession_number", "levels", "refused"}
    facts = set(ClinicalInputs.model_fields) - identifiers | set(LevelInputs.model_fields)
    rare = {"sex", "first_metastasis", "latency_years", "loss_uncertainty"}
    assert facts - rare <= set(MISSING)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("pain_vas", "pain score (VAS 0–10)"),
        ("levels.T12.escc", "epidural grade (Bilsky ESCC, axial T2) at T12"),
        ("levels.T12.brand_new", "brand new at T12"),
        ("something_else", "something else"),
        ("<b>", "<b>"),
    ],
)
def test_missing_inputs_are_said_in_words(path: str, words: str) -> None:
    assert missing_words(path) == words


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert reason_words("border") == "cut by the border of the image"
    assert reason_words("brand_new") == "brand new"
    assert reason_words("STIR moved 4 mm") == "STIR moved 4 mm"


def test_no_text_calls_itself_a_diagnosis() -> None:
    phrases = [*STATUS.values(), *PREFERENCE.values()]
    assert not any("diagnos" in (phrase.label + phrase.sentence).lower() for phrase in phrases)
