from tests.reports import examples
from vcfimg.reports.pages.height_chart import MOST_TICKS, TICK_MM, _steps, height_charts


def test_three_positions_share_one_scale() -> None:
    charts = height_charts(examples.result().vertebrae)
    assert [chart.position for chart in charts] == ["anterior", "middle", "posterior"]
    assert len({chart.ticks for chart in charts}) == 1


def test_a_lost_height_stands_below_what_was_expected() -> None:
    anterior = height_charts(examples.result().vertebrae)[0]
    point = anterior.points[1]
    assert (point.name, point.flag) == ("T12", "collapsed")
    # downwards is larger: read 12.5 ± 0.9 mm of 24
    assert point.high < point.read < point.low
    assert point.expected < point.high
    assert point.aloud == "T12: 12.5 ± 0.9 mm, expected 24.0 mm"


def test_millimetres_are_to_scale() -> None:
    anterior = height_charts(examples.result().vertebrae)[0]
    places = {int(number): place for place, number in anterior.ticks}
    per_mm = (places[15] - places[20]) / 5
    assert abs(anterior.points[1].read - (places[15] + (15 - 12.48) * per_mm)) < 0.2


def test_what_was_not_read_is_left_out() -> None:
    first = height_charts(examples.no_stir().vertebrae)[0].points[0]
    assert (first.read, first.high, first.low, first.expected) == (None, None, None, None)
    assert first.aloud == "#1 (T11?): not read"
    assert height_charts(examples.no_stir().vertebrae[:1]) == ()
    assert height_charts(()) == ()


def test_scale_has_a_bounded_number_of_lines_whatever_it_spans() -> None:
    for span in (1, 199, 200, 201, 1e9):
        steps = _steps(0.0, span * TICK_MM)
        assert len(steps) <= MOST_TICKS + 1
        assert steps[0] == 0.0
    assert _steps(10.0, 25.0) == [10.0, 15.0, 20.0, 25.0]
