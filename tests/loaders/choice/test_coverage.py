import pytest

from vcfimg.loaders.choice.candidate import Candidate, Span
from vcfimg.loaders.choice.coverage import adds_station, number_stations, uncovered
from vcfimg.loaders.study import Classification, Header, Series


def candidate(name: str, span: Span) -> Candidate:
    return Candidate(Series("1.2", name, (), Header(), classification=Classification("t2")), "t2", span, 60.0)


@pytest.mark.parametrize(
    ("span", "covered", "left"),
    [
        ((0, 100), [], 100),
        ((0, 100), [(0, 100)], 0),
        ((0, 100), [(50, 200)], 50),
        ((0, 100), [(20, 40), (30, 60)], 60),
        ((0, 100), [(-50, -10), (110, 120)], 100),
        ((0, 100), [(60, 80), (0, 20)], 60),
    ],
)
def test_uncovered_length(span: Span, covered: list[Span], left: float) -> None:
    assert uncovered(span, covered) == pytest.approx(left)


def test_overlapping_neighbour_is_a_further_station() -> None:
    assert adds_station(candidate("b", (250, 550)), [candidate("a", (0, 300))])


def test_repeat_with_a_small_shift_is_not() -> None:
    assert not adds_station(candidate("b", (30, 330)), [candidate("a", (0, 300))])


def test_one_station_is_number_zero() -> None:
    assert number_stations([candidate("a", (0, 300)), candidate("b", (10, 290))]) == {"a": 0, "b": 0}


def test_stations_are_counted_from_the_head() -> None:
    spans = {"low": (-200.0, 100.0), "top": (380.0, 680.0), "middle": (90.0, 390.0), "top too": (360.0, 660.0)}
    found = number_stations([candidate(name, span) for name, span in spans.items()])
    assert found == {"top": 1, "top too": 1, "middle": 2, "low": 3}
