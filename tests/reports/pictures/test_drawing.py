import pytest

from tests.reports import examples
from vcfimg.imaging.measurement import LevelReport
from vcfimg.reports.pictures.drawing import draw, drawings, legend


def test_pictures_stand_in_reading_order(figures) -> None:
    assert [item.title for item in drawings(examples.result(), figures)] == ["T2", "STIR"]


def test_labels_follow_the_flags(figures) -> None:
    marks = drawings(examples.result(), figures)[0].marks
    assert [mark.flag for mark in marks] == ["plain", "collapsed", "plain", "plain"]
    assert marks[1].lines == ("T12", "▼ 48 ± 6 %", "edema")
    assert marks[0].lines == ("T11",)


def test_a_corrected_level_renames_old_pictures(figures) -> None:
    result = examples.result()
    renamed = tuple(
        vertebra.model_copy(update={"level": name})
        for vertebra, name in zip(result.vertebrae, ("T12", "L1", "L2", "L3"), strict=True)
    )
    corrected = result.model_copy(
        update={"vertebrae": renamed, "levels": LevelReport(counted_from="user", confirmed=True)}
    )
    assert [mark.lines[0] for mark in drawings(corrected, figures)[0].marks] == ["T12", "L1", "L2", "L3"]


def test_an_unmeasured_body_never_looks_normal(figures) -> None:
    first = drawings(examples.no_stir(), figures)[0].marks[0]
    assert first.flag == "unmeasured"
    assert first.lines == ("#1 (T11?)", "not measured")


def test_the_alternative_text_tells_what_is_seen(figures) -> None:
    alt = drawings(examples.result(), figures)[1].alt
    assert alt.startswith("Sagittal STIR image, slice 7 of 13, head up, anterior to the left.")
    assert "T11 no collapse, no edema; T12 collapsed 48 ± 6 %, edema; L1 no collapse, no edema;" in alt


NOT_MEASURED = examples.Quality(measured=False, reasons=("border",))
NOTHING = examples.Genant(grade=0)


@pytest.mark.parametrize(
    ("measured", "genant", "edema", "flag", "lines", "finding"),
    [
        (True, NOTHING, False, "plain", (), "no collapse, no edema"),
        (True, NOTHING, None, "plain", (), "no collapse, edema not known"),
        (True, NOTHING, True, "edema", ("edema",), "no collapse, edema"),
        (True, None, True, "edema", ("loss not known", "edema"), "loss not known, edema"),
        (True, None, False, "unknown", ("loss not known",), "loss not known, no edema"),
        (True, None, None, "unknown", ("loss not known",), "loss not known, edema not known"),
        (False, None, True, "edema", ("not measured", "edema"), "not measured, edema"),
        (False, None, None, "unmeasured", ("not measured",), "not measured, edema not known"),
        (True, examples.Genant(grade=3), None, "collapsed", ("▼ 2 ± 6 %",), "collapsed, edema not known"),
    ],
)
def test_collapse_and_edema_are_said_apart_and_unknown_is_never_none(
    figures, measured: bool, genant, edema: bool | None, flag: str, lines: tuple[str, ...], finding: str
) -> None:
    quality = examples.Quality(measured=True) if measured else NOT_MEASURED
    body = examples.vertebra(2, "T12", edema=edema, genant=genant, quality=quality)
    drawing = draw(figures[examples.T2], [body])
    (mark,) = drawing.marks
    assert (mark.flag, mark.lines, mark.finding) == (flag, ("T12", *lines), finding)
    assert legend([drawing]) == ((flag, finding),)


def test_the_legend_holds_for_every_body_drawn(figures) -> None:
    bodies = [examples.vertebra(2, "T12", edema=None), examples.vertebra(3, "L1", edema=False)]
    assert legend([draw(figures[examples.T2], bodies)]) == (
        ("plain", "no collapse, edema not known or no collapse, no edema"),
    )


def test_a_label_stays_inside_the_picture(figures) -> None:
    figure = figures[examples.T2]
    body = figure.bodies[1]
    for y in (-20.0, 2.0, figure.height + 20.0):
        cut = figure.model_copy(update={"bodies": (body.model_copy(update={"center": (body.center[0], y)}),)})
        (mark,) = draw(cut, examples.result().vertebrae).marks
        assert 0 < mark.label_at[1] < figure.height
