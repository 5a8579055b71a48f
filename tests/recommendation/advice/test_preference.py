"""The preference table at, just below and just above its thresholds."""

import pytest

from tests.recommendation.level_cases import at, codes, decide, one, record, spine, vertebra
from vcfimg.imaging.measurement import SHAPE_OR_LOSS, Quality, VertebraMeasurement
from vcfimg.policy import load_policy

OUTSIDE, JUNCTION = ("C5", "T5", "T10", "L3", "L5", "L6"), ("T11", "T12", "T13", "L1", "L2")
NOT_DEFORMED, DEFORMED, SIGNIFICANT = (-4, 0, 19.9), (20, 20.1, 39.9), (40, 40.1, 79, 100)


@pytest.mark.parametrize(
    ("index", "levels", "expected"),
    [
        (True, OUTSIDE, ("VP_ACCEPTABLE", "BKP_GENERAL", "BKP_FAVOURED")),
        (True, JUNCTION, ("OPERATOR_CHOICE", "BKP_FAVOURED", "BKP_FAVOURED")),
        (False, OUTSIDE, ("VP_ACCEPTABLE", "VP_ACCEPTABLE", "OPERATOR_CHOICE")),
        (False, JUNCTION, ("VP_ACCEPTABLE", "OPERATOR_CHOICE", "OPERATOR_CHOICE")),
    ],
)
def test_the_whole_table(index: bool, levels: tuple[str, ...], expected: tuple[str, str, str]) -> None:
    for level in levels:
        for losses, preference in zip((NOT_DEFORMED, DEFORMED, SIGNIFICANT), expected, strict=True):
            for loss in losses:
                assert one(level, index=index, loss_percent=loss).preference == preference, (level, loss)


@pytest.mark.parametrize(
    ("loss", "uncertainty", "borderline"),
    [
        (37, 6, (40.0,)),
        (34, 6, (40.0,)),
        (33.9, 6, ()),
        (46, 6, (40.0,)),
        (46.1, 6, ()),
        (26, 6, (20.0,)),
        (14, 6, (20.0,)),
        (30, 10, (20.0, 40.0)),
        (40, 0, (40.0,)),
        (30, 0, ()),
        (80, 6, ()),
        (19.9, 0.1, (20.0,)),
        (39.7, 0.3, (40.0,)),
    ],
)
def test_borderline(loss: float, uncertainty: float, borderline: tuple[float, ...]) -> None:
    assert one(loss_percent=loss, loss_uncertainty=uncertainty).borderline == borderline


def test_a_loss_without_uncertainty_takes_the_readers_agreement() -> None:
    found = one(loss_percent=30, loss_uncertainty=None)
    assert found.borderline == (20.0, 40.0)
    assert "loss_uncertainty_assumed" in codes(found.notes)


@pytest.mark.parametrize("danger", [{"clinical_cord_compression": True}, {"infection": True}, {"trauma": True}])
def test_grave_statuses_withhold_the_preference_but_trace_it(danger: dict[str, bool]) -> None:
    found = one("T12", loss_percent=48, **danger)
    assert found.preference == "WITHHELD"
    assert found.for_against.bkp == found.for_against.vp == ()
    assert "evidence" not in codes(found.notes)
    step = next(step for step in found.trace if step.rule == "preference")
    assert step.inputs["table"]["value"] == "BKP_FAVOURED"


@pytest.mark.parametrize("changes", [{"escc": "3"}, {"pain_vas": 1}, {"stir_edema": None}])
def test_other_statuses_print_both(changes: dict[str, object]) -> None:
    assert one("T12", loss_percent=48, **changes).preference == "BKP_FAVOURED"


def test_unknown_loss_names_no_procedure_and_asks_for_it() -> None:
    found = one(loss_percent=None)
    assert found.preference == "UNDETERMINED"
    assert found.missing == ("levels.L3.loss_percent",)
    assert found.for_against.bkp == ()


def test_colliding_rules_are_both_printed() -> None:
    note = next(text.text for text in one("L1", loss_percent=10).notes if text.code == "two_rules_collide")
    assert "P12" in note
    assert "P13" in note


@pytest.mark.parametrize(("loss", "preference"), [(10, "UNDETERMINED"), (30, "UNDETERMINED"), (45, "BKP_FAVOURED")])
def test_a_vertebra_without_a_name_is_judged_over_both_locations(loss: float, preference: str) -> None:
    found = decide(None, spine(vertebra(5, None, loss=loss, fraction=0.4))).recommendations[0]
    assert (found.level, found.vertebra_id, found.preference) == (None, 5, preference)
    assert "level_unnamed" in codes(found.notes)


def test_a_vertebra_that_is_not_measured_has_no_loss() -> None:
    hidden = vertebra(4, "L3", loss=60).model_copy(update={"quality": Quality(measured=False, reasons=("border",))})
    found = at(decide(record("L3", loss_percent=None), spine(hidden)), "L3")
    assert found.preference == "UNDETERMINED"


def test_a_site_may_move_the_threshold(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "site.toml"
    file.write_text('name="s"\nversion="1"\nbase="jnccn2012-1.0"\n[preference]\nbkp_favoured_loss_percent=50\n')
    policy = load_policy(file)
    found = at(decide(record(loss_percent=45), policy=policy), "L3")
    assert found.preference == "BKP_GENERAL"
    step = next(step for step in found.trace if step.rule == "preference.collapse")
    assert (step.kind, "set by s" in step.source) == ("design", True)


def maybe_shape(loss: float, level: str = "L5", *, fraction: float | None = 0.0) -> VertebraMeasurement:
    """A body as low as healthy ones of its level may be."""
    quality = Quality(measured=True, reasons=(SHAPE_OR_LOSS,))
    return vertebra(5, level, loss=loss, fraction=fraction).model_copy(update={"quality": quality})


@pytest.mark.parametrize("loss", [20.0, 27.0, 39.0])
def test_a_height_that_may_be_shape_is_not_deformed_and_always_borderline(loss: float) -> None:
    found = decide(None, spine(maybe_shape(loss))).recommendations[0]
    assert found.preference == "VP_ACCEPTABLE"
    assert 20.0 in found.borderline
    assert found.genant is None
    assert any("healthy bodies of this level" in text for text in found.for_against.vp)


@pytest.mark.parametrize("seen", [{"stir_edema": True}, {"collapse": "under_half", "stir_edema": None}])
def test_a_readers_second_sign_makes_it_a_loss(seen: dict[str, object]) -> None:
    told = record("L5", loss_percent=None, loss_uncertainty=None, **seen)
    found = at(decide(told, spine(maybe_shape(27.0))), "L5")
    assert found.preference == "BKP_GENERAL"
    assert found.genant is not None


def test_a_readers_own_loss_is_not_doubted() -> None:
    found = at(decide(record("L5", loss_percent=30, stir_edema=False), spine(maybe_shape(27.0))), "L5")
    assert found.preference == "BKP_GENERAL"


@pytest.mark.parametrize(("loss", "grade"), [(19.9, 0), (20, 1), (24.9, 1), (25, 2), (40, 2), (40.1, 3)])
def test_genant(loss: float, grade: int) -> None:
    genant = one(loss_percent=loss).genant
    assert genant is not None
    assert genant.grade == grade


def test_only_bkp_carries_the_randomised_evidence() -> None:
    assert "evidence" in codes(one(loss_percent=45).notes)
    vp = one(loss_percent=8)
    assert "evidence" not in codes(vp.notes)
    assert not any("CAFE" in text for text in vp.for_against.vp)
    assert any("No randomised study of VP" in text for text in vp.for_against.vp_against)


@pytest.mark.parametrize(("loss", "said"), [(19.7, "19.7 %"), (39.6, "39.6 %"), (20, "20 %"), (30.4, "30 %")])
def test_a_loss_is_never_rounded_across_a_limit(loss: float, said: str) -> None:
    reasons = one(loss_percent=loss).for_against
    assert any(said in text for text in (*reasons.bkp, *reasons.vp))
