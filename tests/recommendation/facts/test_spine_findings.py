"""What the images of the whole spine leave open."""

from typing import Any

import pytest

from tests.recommendation.level_cases import codes, decide, record, spine, vertebra
from vcfimg.base import Note
from vcfimg.imaging.measurement import Quality, SpineMeasurement, SpineReport, StirFinding, VertebraMeasurement
from vcfimg.imaging.raw import Heights

NAMES = ("T11", "T12", "L1", "L2", "L3")


def column(place: int, **changes: Any) -> SpineMeasurement:
    """Five sound bodies, the one at ``place`` changed."""
    bodies = [vertebra(i, name) for i, name in enumerate(NAMES, start=1)]
    bodies[place] = bodies[place].model_copy(update=changes)
    return spine(*bodies)


def edema(fraction: float | None = None, *reasons: str) -> StirFinding:
    return StirFinding(edema_fraction=fraction, reasons=reasons)


UNMEASURED = {"quality": Quality(measured=False, reasons=("no_heights",))}
CUT = {"quality": Quality(measured=False, reasons=("border",)), "stir": edema(None, "partly_seen")}
UNKNOWN_LOSS = {"loss_percent": vertebra(1, "L1", loss=None).loss_percent}


def test_a_sound_spine_is_routine_without_findings() -> None:
    priority = decide(None, spine(*(vertebra(i, name) for i, name in enumerate(NAMES)))).priority
    assert (priority.class_, priority.score) == ("routine", pytest.approx(0, abs=9))
    assert priority.reasons[0] == "no level calls for earlier review"


@pytest.mark.parametrize(
    ("place", "changes", "code", "class_"),
    [
        (2, UNKNOWN_LOSS, "loss_unknown", "soon"),
        (0, UNMEASURED, "loss_unknown", "soon"),
        (0, CUT, None, "routine"),
        (2, {"stir": edema(None)}, "edema_unknown", "soon"),
        (2, {"stir": edema(0.04)}, None, "routine"),
        (4, CUT | {"level": "S1"}, None, "routine"),
        (4, UNKNOWN_LOSS | {"level": "S1"}, None, "routine"),
        (0, UNKNOWN_LOSS | {"level": "C2"}, None, "routine"),
        (2, UNMEASURED, "unmeasured_vertebra", "soon"),
        (2, CUT, "unmeasured_vertebra", "soon"),
        (2, {"height_mm": Heights(anterior=18.0, middle=22.0, posterior=25.0)}, "wedge_suspected", "soon"),
        (2, {"height_mm": Heights(anterior=25.0, middle=18.0, posterior=25.0)}, "wedge_suspected", "soon"),
        (2, {"height_mm": Heights(anterior=25.0, middle=24.0, posterior=18.0)}, "wedge_suspected", "soon"),
        (2, {"height_mm": Heights(anterior=19.0, middle=22.0, posterior=25.0)}, None, "routine"),
        (2, {"height_mm": Heights(anterior=25.0, middle=24.0, posterior=18.0), "level": "L5"}, None, "routine"),
        (2, {"quality": Quality(measured=True, reasons=("reference_suspect",))}, "reference_suspect", "soon"),
    ],
)
def test_finding(place: int, changes: dict[str, Any], code: str | None, class_: str) -> None:
    decision = decide(None, column(place, **changes))
    found = codes(decision.notes)
    assert code is None or code in found
    assert decision.priority.class_ == class_
    if class_ == "soon":
        assert 40 <= decision.priority.score < 70
        name = changes.get("level", NAMES[place])
        assert any(reason.startswith(name) for reason in decision.priority.reasons)


def test_diffuse_marrow_is_announced_once_at_the_top() -> None:
    bodies = [vertebra(i, name, stir=edema(None, "diffuse_marrow")) for i, name in enumerate(NAMES)]
    report = SpineReport(notes=(Note(code="diffuse_marrow", text="the marrow of the whole spine is abnormal"),))
    decision = decide(None, spine(*bodies, report=report))
    assert decision.priority.class_ == "soon"
    assert decision.notes[0].code == "diffuse_marrow"
    assert "edema_not_assessed" not in codes(decision.notes)


def without_edema(*losses: float) -> SpineMeasurement:
    bodies: list[VertebraMeasurement] = [
        vertebra(i, name, loss=loss, fraction=None) for i, (name, loss) in enumerate(zip(NAMES, losses, strict=False))
    ]
    return spine(*bodies)


def test_without_an_edema_contrast_a_sound_spine_stays_routine_and_says_so() -> None:
    decision = decide(None, without_edema(2, 3, 9.9))
    assert decision.priority.class_ == "routine"
    assert decision.notes[0].code == "edema_not_assessed"
    assert any("edema was not assessed" in reason for reason in decision.priority.reasons)
    assert decide(None, without_edema(2, 3, 10)).priority.class_ == "soon"


@pytest.mark.parametrize("code", ["station_left_out", "stations_displaced", "displaced"])
def test_a_station_left_out_is_soon(code: str) -> None:
    sound = spine(*(vertebra(i, name) for i, name in enumerate(NAMES)))
    priority = decide(None, sound, image_notes=(Note(code=code, text="left out"),)).priority
    assert priority.class_ == "soon"
    assert decide(None, sound, image_notes=(Note(code="no_edema_contrast", text="none"),)).priority.class_ == "routine"


def test_a_readers_word_settles_what_the_image_leaves_open() -> None:
    image = column(2, **UNMEASURED | {"stir": edema(None)})
    read = record("L1", loss_percent=3, stir_edema=False)
    assert "loss_unknown" not in codes(decide(read, image).notes)
    assert decide(read, image).priority.class_ == "routine"


def test_numbering_is_rechecked_unless_another_fracture_explains_the_examination() -> None:
    off = record("T9", exam_levels=("L4",), loss_percent=30)
    assert any("numbering" in reason for reason in decide(off).priority.reasons)
    both = spine(vertebra(1, "T9", loss=30, fraction=0.5), vertebra(2, "L4", loss=30, fraction=0.5))
    explained = decide(record((), exam_levels=("L4",)), both)
    assert not any("numbering" in reason for reason in explained.priority.reasons)
    assert all("recheck_numbering" not in codes(one.alerts) for one in explained.recommendations)
