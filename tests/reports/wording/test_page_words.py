import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vcfimg.imaging
from tests.recommendation.level_cases import at, decide, record
from vcfimg.clinical.inputs import READ_BY_US, ClinicalInputs, LevelInputs
from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.recommendation.recommendation import Preference, Status
from vcfimg.reports.wording.decision_words import CONCERN, PREFERENCE, SINS_ITEM, STATUS
from vcfimg.reports.wording.input_words import INPUT, input_question
from vcfimg.reports.wording.page_words import REASON, reason_words, skip_words, without_code, without_sources


def test_every_status_and_preference_has_words_and_a_place() -> None:
    assert set(STATUS) == set(Status) == set(CONCERN)
    assert set(PREFERENCE) == set(Preference)


def test_every_item_of_sins_has_words() -> None:
    sins = at(decide(record()), "L3").sins
    assert sins is not None
    assert set(sins.items) == set(SINS_ITEM)


def test_every_clinical_fact_has_words() -> None:
    identifiers = {"patient_id", "study_instance_uid", "accession_number", "levels", *READ_BY_US}
    facts = set(ClinicalInputs.model_fields) - identifiers | set(LevelInputs.model_fields)
    rare = {"sex", "first_metastasis", "latency_years", "loss_uncertainty"}
    assert facts - rare <= set(INPUT)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("pain_vas", "pain score (VAS 0–10)"),
        ("levels.T12.escc", "epidural grade (Bilsky ESCC, axial T2) at T12"),
        ("levels.T12.brand_new", "brand new at T12"),
        ("vertebrae.3.escc", "epidural grade (Bilsky ESCC, axial T2) at #3"),
        ("something_else", "something else"),
        ("<b>", "<b>"),
    ],
)
def test_missing_inputs_are_said_in_words(path: str, words: str) -> None:
    assert input_question(path) == words


def codes_given() -> Iterator[str]:
    """The reasons that the image modules write down."""
    for path in Path(vcfimg.imaging.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            given: list[ast.expr] = []
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "reasons.append":
                given = node.args
            elif isinstance(node, ast.keyword) and node.arg == "reasons":
                given = [node.value]
            for part in (inner for value in given for inner in ast.walk(value)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.value


def test_every_reason_of_the_measurement_has_words() -> None:
    codes = set(codes_given())
    assert {"border", "dens", "no_stir"} <= codes
    assert codes <= set(REASON)


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert reason_words("border") == "cut by the border of the image"
    assert reason_words("brand_new") == "brand new"
    assert reason_words("STIR moved 4 mm") == "STIR moved 4 mm"


@pytest.mark.parametrize("reason", list(SkipReason))
def test_files_left_aside_are_told_in_the_words_of_the_loaders(reason: SkipReason) -> None:
    assert skip_words(reason.value) == reason.text


def test_an_unknown_skip_code_is_shown_as_it_is() -> None:
    assert skip_words("brand_new") == "brand new"


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("moved: the STIR moved by 4 mm", "The STIR moved by 4 mm"),
        ("border", "cut by the border of the image"),
        ("Plain: text", "Plain: text"),
    ],
)
def test_a_leading_code_is_dropped(sentence: str, words: str) -> None:
    assert without_code(sentence) == words


def test_no_text_calls_itself_a_diagnosis() -> None:
    phrases = [*STATUS.values(), *PREFERENCE.values()]
    assert not any("diagnos" in (phrase.label + phrase.sentence).lower() for phrase in phrases)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("BKP is favoured (P11).", "BKP is favoured."),
        ("Collapse of 47 % (at least 40 %, design): BKP (P11).", "Collapse of 47 % (at least 40 %): BKP."),
        ("Evidence (CAFE, P16); none (T11-L2, design).", "Evidence (CAFE); none (T11-L2)."),
        ("Epidural grade (ESCC, Bilsky).", "Epidural grade (ESCC, Bilsky)."),
        ("Pressure (P11 kPa).", "Pressure (P11 kPa)."),
    ],
)
def test_numbers_of_statements_are_left_to_the_trace(sentence: str, words: str) -> None:
    assert without_sources(sentence) == words
