"""No sentence may order radiation and augmentation, set a deadline, or promise survival or fewer fractures."""

import functools
import itertools
import re
from collections.abc import Iterator

import pytest

from tests.recommendation.level_cases import at, case, decide, record, spine, vertebra
from vcfimg.imaging.measurement import Kyphosis, SpineReport, WallFinding
from vcfimg.policy import load_policy, show
from vcfimg.recommendation import GUIDANCE_DISAGREEMENT
from vcfimg.recommendation.advice.closing_trace import CLOSING_RULES
from vcfimg.recommendation.advice.guidance import DISCLAIMER
from vcfimg.recommendation.advice.texts import ALERTS, CONDITIONS, CONSULTS, NOTES, PARTS, PLAN, Texts
from vcfimg.recommendation.gates.gate_table import GATE_RULES
from vcfimg.reports.explain.explanation import explain

RADIATION = r"\b(rt|imrt|radiation|radiotherap\w*|irradiat\w*)\b"
FORBIDDEN = {
    "order": re.compile(
        rf"{RADIATION}[^.;]*\b(before|after|prior to|preced\w*|follow\w*|then|first|neoadjuvant|adjuvant)\b"
        rf"|\b(before|after|prior to|preced\w*|followed by|then|first)\b[^.;]*{RADIATION}",
        re.IGNORECASE,
    ),
    "survival": re.compile(r"surviv|mortal|life expectancy|live longer|prolong", re.IGNORECASE),
    "fewer fractures": re.compile(
        r"prevent|protect|reduc\w+ (the )?(risk|rate|number) of [^.]*fracture", re.IGNORECASE
    ),
    "deadline": re.compile(r"\b(within|no later than|at the latest|deadline)\b[^.]*\b(day|week|month)", re.IGNORECASE),
    "conservative trial": re.compile(r"(after|require|needs?|fail\w*) [^.]*\b(conservative|trial of)", re.IGNORECASE),
    "39 percent": re.compile(r"39 ?%(?! of vertebrae irradiated in one fraction)"),
}

TABLES = (ALERTS, CONDITIONS, CONSULTS, NOTES, PLAN)


def catalogue() -> Iterator[str]:
    for table in TABLES:
        yield from (entry.text for entry in table.values())
    yield from PARTS.values()
    yield from (rule.source for rule in (*GATE_RULES, *CLOSING_RULES))
    yield from (entry.source for entry in show(load_policy()))
    yield from (note.text for note in GUIDANCE_DISAGREEMENT)
    yield DISCLAIMER


@functools.cache
def outputs() -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in _outputs())


def _outputs() -> Iterator[str]:
    """Whole explanations over the branches that put sentences together."""
    image = spine(
        vertebra(1, "T11"),
        vertebra(2, "T12", loss=60, fraction=0.5, wall=WallFinding(retropulsion_mm=5)),
        vertebra(3, "L1"),
        report=SpineReport(kyphosis=(Kyphosis(from_="T11", to="L1", deg=30.0),)),
    )
    yield explain(decide(None, image), case=case(None, image))
    for loss, index, dose, wall in itertools.product((5, 30, 60, None), (True, False), (None, 30), ("intact", None)):
        facts = record(
            "T12", loss_percent=loss, index=index, prior_rt_gy=dose, posterior_wall=wall, fracture_age_weeks=9
        )
        yield explain(decide(facts), case=case(facts))
        yield explain(decide(facts, image), case=case(facts, image))
    for danger in ("clinical_cord_compression", "infection", "trauma", "overt_instability", "first_metastasis"):
        yield explain(decide(record("T12", **{danger: True})))
    yield explain(decide(record(("T5", "T6", "T7", "T8", "T9"))))
    yield explain(decide(record("T12").model_copy(update={"refused": True})))


@pytest.mark.parametrize("claim", FORBIDDEN)
def test_no_sentence_claims_it(claim: str) -> None:
    pattern = FORBIDDEN[claim]
    for text in (*catalogue(), *outputs()):
        found = pattern.search(text)
        assert found is None, (claim, found and text[max(0, found.start() - 80) : found.end() + 40])


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("order", "Give RT before augmentation."),
        ("order", "Augmentation first, then radiation."),
        ("survival", "BKP improves survival."),
        ("fewer fractures", "It prevents fractures."),
        ("deadline", "Treat within 6 weeks."),
        ("conservative trial", "After failed conservative care."),
    ],
)
def test_the_patterns_do_find_such_claims(claim: str, text: str) -> None:
    assert FORBIDDEN[claim].search(text)


def test_no_placeholder_is_left_in_any_output() -> None:
    for text in outputs():
        assert "{" not in text


def test_a_sites_grades_are_those_of_the_sentences() -> None:
    policy = load_policy()
    gates = policy.gates.model_copy(update={"escc_surgical": ("1c", "2", "3"), "escc_relative": ("1b",)})
    texts = Texts(policy.model_copy(update={"gates": gates}))
    assert "(ESCC 1c, 2 or 3)" in texts.alert["epidural_high_grade"].text
    assert "(ESCC 1b)" in texts.alert["relative_escc"].text


def test_every_code_is_unique_across_kinds() -> None:
    codes = [code for table in TABLES for code in table]
    assert len(codes) == len(set(codes))


def test_the_sequence_is_individualised() -> None:
    consults = " ".join(text.text for text in at(decide(record()), "L3").consults)
    assert "must be individualised" in consults


def test_tumour_board_bilsky_grades_and_staging_are_never_the_papers() -> None:
    about = re.compile("tumour board|Bilsky|ESCC|staged", re.IGNORECASE)
    named = {name: entry for table in TABLES for name, entry in table.items() if about.search(entry.text)}
    assert {"tumour_board", "relative_escc", "staged", "many_levels"} <= set(named)
    basis = load_policy().basis
    kinds = {name: one.kind if one.basis is None else basis[one.basis].kind for name, one in named.items()}
    assert {name for name, kind in kinds.items() if kind == "paper"} == set()


def test_a_sentence_about_a_number_of_the_policy_takes_its_kind_from_there() -> None:
    policy = load_policy()
    vas = policy.basis["gates.vas_min"].model_copy(update={"kind": "design"})
    site = policy.model_copy(update={"basis": {**policy.basis, "gates.vas_min": vas}})
    assert Texts(policy).note["pain_below_threshold"].kind == "paper"
    assert Texts(site).note["pain_below_threshold"].kind == "design"
