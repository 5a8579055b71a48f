from vcfimg.imaging.measurement import LevelReport
from vcfimg.reports.drawing import draw, drawings

from . import examples


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
    assert "T12 collapsed" in alt


def test_a_label_stays_inside_the_picture(figures) -> None:
    figure = figures[examples.T2]
    body = figure.bodies[1]
    for y in (-20.0, 2.0, figure.height + 20.0):
        cut = figure.model_copy(update={"bodies": (body.model_copy(update={"center": (body.center[0], y)}),)})
        (mark,) = draw(cut, examples.result().vertebrae).marks
        assert 0 < mark.label_at[1] < figure.height
