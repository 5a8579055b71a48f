import pytest

from tests.reports import examples
from vcfimg.base import Note
from vcfimg.recommendation.advice.guidance import is_guidance
from vcfimg.recommendation.recommendation import Preference, Status
from vcfimg.reports.pages.verdict import headline, verdicts
from vcfimg.reports.wording.input_words import value_words


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("preference", list(Preference))
def test_only_a_candidate_gets_a_preference_without_its_condition(status: Status, preference: Preference) -> None:
    text = headline(status, preference)
    named = preference not in (Preference.WITHHELD, Preference.UNDETERMINED)
    candidate = status in (Status.CANDIDATE, Status.CANDIDATE_MDT)
    surgical = status is Status.SURGICAL_REVIEW
    assert text.endswith(", if augmentation is indicated") == (named and not candidate and not surgical)
    assert text.startswith("If a surgeon clears the level: ") == (named and surgical)


@pytest.mark.parametrize("preference", [Preference.WITHHELD, Preference.UNDETERMINED])
def test_no_procedure_is_named_where_none_is_given(preference: Preference) -> None:
    assert "BKP" not in headline(Status.EMERGENCY_REVIEW, preference)
    assert "VP" not in headline(Status.EMERGENCY_REVIEW, preference)


def test_no_preference_says_which_of_loss_and_level_is_missing() -> None:
    def said(loss: float | None) -> str:
        item = examples.recommendation(preference=Preference.UNDETERMINED, **examples.findings(loss=loss))
        (verdict,) = verdicts(examples.result(recommendations=(item,)))
        return verdict.headline

    assert "collapse is not known" in said(None)
    assert "level has no name" in said(30.0)


def test_the_most_concerning_level_stands_first() -> None:
    found = (
        examples.recommendation(vertebra_id=1, level="T11", status=Status.NOT_INDICATED),
        examples.recommendation(vertebra_id=3, level="L1", **examples.findings(loss=6.0)),
        examples.recommendation(vertebra_id=2, level="T12"),
        examples.recommendation(vertebra_id=4, level="L2", status=Status.EMERGENCY_REVIEW),
    )
    assert [v.name for v in verdicts(examples.result(recommendations=found))] == ["L2", "T12", "L1", "T11"]


def test_the_value_that_decided_is_shown_with_its_source() -> None:
    by_reader = examples.recommendation(**examples.findings(loss=10.0, spread=3.0, loss_from="reader", reader=False))
    (verdict,) = verdicts(examples.result(recommendations=(by_reader,)))
    facts = dict(verdict.facts)
    assert facts["Height loss"] == "10 ± 3 % (reader); image 48 ± 6 %"
    assert facts["Edema on STIR"] == "no (reader); 46 % of the body bright on the image"


def test_the_degree_is_that_of_the_value_that_decided() -> None:
    (verdict,) = verdicts(examples.result(recommendations=(examples.recommendation(genant=None),)))
    assert "Genant" not in dict(verdict.facts)


def test_facts_say_what_is_not_known() -> None:
    (verdict,) = verdicts(examples.no_stir())
    facts = dict(verdict.facts)
    assert facts["Edema on STIR"] == "not known"
    assert facts["Epidural grade (ESCC)"] == "not known"
    assert facts["SINS"] == "between 5 and 15 of 18"
    assert facts["Borderline"] == "within the uncertainty of the 40 % limit"
    assert verdict.name == "#2 (T12?)"


def test_sins_items_are_shown_as_intervals() -> None:
    (verdict,) = verdicts(examples.no_stir())
    assert verdict.sins_items == (("Location", "1–3"), ("Pain", "0–3"), ("Body collapse", "2"))


def test_trace_inputs_say_where_they_came_from() -> None:
    (verdict,) = verdicts(examples.result())
    assert verdict.steps[0].inputs == ("pain (VAS 0-10) = 8 (clinical record)",)
    assert verdict.steps[1].inputs == ("height loss (%) = 48 (image)", "its uncertainty (points) = 6 (image)")


def test_a_level_without_image_shows_what_the_reader_said() -> None:
    item = examples.recommendation(
        vertebra_id=None, **examples.findings(loss=60.0, spread=12.5, loss_from="reader", reader=True, image=None)
    )
    (verdict,) = verdicts(examples.result(recommendations=(item,)))
    facts = dict(verdict.facts)
    assert facts["Height loss"] == "60 ± 12 % (reader)"
    assert facts["Edema on STIR"] == "yes (reader)"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "unknown"),
        (True, "yes"),
        (0, "0"),
        ([2, 2], "2"),
        ([0, 3], "0–3"),
        ([], "none"),
        (["T12", "L1"], "T12, L1"),
        ({"min": 0, "max": 3, "from": "file"}, "0–3 (clinical record)"),
        ({"value": None, "from": "nowhere"}, "unknown (nowhere)"),
        ({"value": None, "from": "unknown"}, "unknown"),
        ({"min": 0, "max": 3, "input": {"positional": None, "vas": 8}}, "0–3 (positional unknown, vas 8)"),
        ({"value": -1.5, "from": "image", "half": 2}, "−1.5 (image, half 2)"),
    ],
)
def test_free_form_values_are_put_in_words(value, words: str) -> None:
    assert value_words(value) == words


def test_guidance_notes_are_told_from_alerts_about_the_image() -> None:
    assert is_guidance(Note(code="guidance_nass", text=""))
    assert not is_guidance(Note(code="image_disagrees", text=""))


def test_what_is_special_to_a_level_stands_apart_from_what_every_level_carries() -> None:
    item = examples.recommendation(
        notes=(Note(code="judged_as_index", text="a"), Note(code="risks", text="b")),
    )
    (verdict,) = verdicts(examples.result(recommendations=(item,)))
    assert [note.code for note in verdict.notes] == ["judged_as_index"]
    assert [note.code for note in verdict.background] == ["risks"]
    assert [one.code for one in verdict.conditions] == ["operator"]
    assert [one.code for one in verdict.confirm] == ["confirm_level"]


def test_an_undecided_level_says_what_is_not_known_with_the_rest_counted() -> None:
    (verdict,) = verdicts(examples.no_stir())
    assert verdict.why == (
        "not known: edema on STIR by a reader, pain (VAS 0-10), clinical cord or cauda compression and 1 more"
    )
    assert verdict.borderline == "Borderline: the loss may lie on either side of 40 %."


def test_a_level_not_indicated_says_which_condition_is_not_met() -> None:
    notes = (Note(code="exam_mismatch", text="The pain lies elsewhere (P2)."), Note(code="risks", text="b"))
    item = examples.recommendation(status=Status.NOT_INDICATED, preference=Preference.VP_ACCEPTABLE, notes=notes)
    (verdict,) = verdicts(examples.result(recommendations=(item,)))
    assert verdict.why == "The pain lies elsewhere."
    assert verdict.why_procedure == "Costs less."
    assert verdict.condition == "if augmentation is indicated"


def test_a_danger_is_the_reason() -> None:
    alert = Note(code="cord", text="Cord compression is recorded.")
    item = examples.recommendation(status=Status.EMERGENCY_REVIEW, preference=Preference.WITHHELD, alerts=(alert,))
    (verdict,) = verdicts(examples.result(recommendations=(item,)))
    assert verdict.why == "Cord compression is recorded."
    assert verdict.why_procedure == "No procedure is named while the review above is open."


def test_what_would_change_it_is_said_where_the_policy_is_known() -> None:
    from tests.reports.test_engine_pages import KNOWN, decided
    from vcfimg.clinical.stored_facts import to_dict
    from vcfimg.policy import load_policy
    from vcfimg.reports.explain.what_if import Case

    result = decided(KNOWN).model_copy(update={"clinical": to_dict(KNOWN)})
    assert verdicts(result)[0].changes == ()
    changes = verdicts(result, Case.from_result(result, load_policy()))[0].changes
    assert any("by any one of" in line for line in changes)
