"""What is missing, in the order in which the gates would use it."""

from tests.recommendation.level_cases import CANDIDATE_NAMES, at, case, decide, one, record, spine, vertebra
from vcfimg.reports.explain.what_if import if_all_favourable, what_would_change


def test_the_order_follows_the_gates() -> None:
    found = at(decide(None, spine(vertebra(1, "L3", loss=30))), "L3")
    assert found.missing == (
        "clinical_cord_compression",
        "new_neurological_deficit",
        "levels.L3.escc",
        "levels.L3.surgeon_stable",
        "levels.L3.alignment",
        "pain_positional",
        "levels.L3.posterolateral",
        "levels.L3.bone_quality",
        "infection",
        "coagulopathy_uncorrected",
        "cancer",
        "pain_vas",
        "exam_levels",
        "levels.L3.stir_edema",
    )


def test_nothing_is_listed_twice() -> None:
    found = one("T12", loss_percent=55, alignment=None, pain_positional=None)
    assert len(found.missing) == len(set(found.missing))


def test_a_decided_status_lists_only_what_could_still_change_it() -> None:
    unknown = {"clinical_cord_compression": None, "escc": None, "infection": None, "cancer": None}
    assert one(**unknown, new_neurological_deficit=True).missing == ()
    assert one(**(unknown | {"escc": "3"})).missing == ("clinical_cord_compression",)
    assert one(**(unknown | {"infection": True})).missing == ("clinical_cord_compression", "levels.L3.escc")
    assert one(**unknown, pain_vas=1).missing == ("clinical_cord_compression", "levels.L3.escc", "infection")


def test_a_surgical_review_by_sins_or_translation_asks_for_the_surgeons_word() -> None:
    assert one("T12", loss_percent=55, alignment="deformity").missing == ("levels.T12.surgeon_stable",)
    assert one("T8", alignment="translation").missing == ("levels.T8.surgeon_stable",)
    assert one(overt_instability=True).missing == ()
    assert one(surgeon_stable=False).missing == ()
    assert one(escc="2").missing == ()


def test_filling_in_what_is_missing_favourably_leads_to_a_candidate() -> None:
    blocking = ("clinical_cord_compression", "escc", "infection", "cancer", "pain_vas", "exam_levels", "alignment")
    for name in blocking:
        facts = case(record("T12", **{name: None}))
        best = if_all_favourable(facts, at(facts.decide(), "T12"))
        assert best is not None
        assert best.status in CANDIDATE_NAMES, name


def test_every_missing_path_can_flip_the_answer_when_it_is_the_only_one() -> None:
    for name in ("clinical_cord_compression", "new_neurological_deficit", "escc", "infection", "cancer", "pain_vas"):
        facts = case(record("T12", **{name: None}))
        found = at(facts.decide(), "T12")
        flips = {change.path for change in what_would_change(facts, found) if change.status in CANDIDATE_NAMES}
        assert set(found.missing) <= flips
