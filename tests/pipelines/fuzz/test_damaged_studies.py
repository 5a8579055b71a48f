import pytest

from pipelines.fuzz.damaged_files import SECONDS, results
from pipelines.fuzz.damaged_studies import ScreenCase
from tests.made_segmenters import FailingSegmenter

COUNT = 40


def test_only_named_refusals_come_out_of_screening():
    found = list(results(COUNT, through="screen"))
    assert [result for result in found if result["failure"]] == []
    assert len(found) == COUNT
    assert max(result["seconds"] for result in found) < SECONDS
    assert len({result["outcome"] for result in found}) > 3


def test_lost_neighbour_and_unexpected_error_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.fuzz.fuzz_case.damage", lambda data, seed: type("Same", (), {"data": data}))
    case = ScreenCase(tmp_path)
    assert case.run(1) == "ok"

    case.segmenter = FailingSegmenter(KeyError("escaped"))
    with pytest.raises(AssertionError, match="unexpected error in segment"):
        case.run(1)
    case.segmenter = None
    case.expected = {"1.2.3": next(iter(case.expected.values()))}
    with pytest.raises(AssertionError, match="lost"):
        case.run(1)
