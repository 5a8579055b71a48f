import pytest

from pipelines.fuzz.damaged_files import SECONDS, results
from pipelines.fuzz.damaged_studies import ScreenCase

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

    def broken(volumes, segmenter=None):
        raise KeyError("escaped")

    with monkeypatch.context() as patch:
        patch.setattr("vcfimg.screening.screen.segment", broken)
        with pytest.raises(AssertionError, match="unexpected error in segment"):
            case.run(1)
    case.expected = {"1.2.3": next(iter(case.expected.values()))}
    with pytest.raises(AssertionError, match="lost"):
        case.run(1)
