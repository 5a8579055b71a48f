from collections import Counter

import pytest

from pipelines.fuzz.damaged_files import MEGABYTES, SECONDS, main, results
from pipelines.fuzz.fuzz_case import FuzzCase

COUNT = 150


@pytest.fixture(scope="module")
def found():
    return list(results(COUNT))


def test_only_named_refusals_reach_the_caller(found):
    assert [result for result in found if result["failure"]] == []
    assert [result["seed"] for result in found] == list(range(COUNT))


def test_time_and_memory_stay_bounded(found):
    assert max(result["seconds"] for result in found) < SECONDS
    assert max(result["mb"] for result in found) < MEGABYTES


def test_damage_is_real(found):
    outcomes = Counter(result["outcome"] for result in found)
    assert outcomes["volume"] < COUNT * 0.8
    assert len(outcomes) > 10


def test_undamaged_studies_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.fuzz.fuzz_case.damage", lambda data, seed: type("Same", (), {"data": data}))
    case = FuzzCase(tmp_path)
    assert {case.run(seed) for seed in range(len(case.templates))} == {"volume"}


def test_escaping_exception_is_found(tmp_path, monkeypatch):
    def broken(series, policy):
        raise ValueError("not a LoadError")

    case = FuzzCase(tmp_path)
    monkeypatch.setattr("pipelines.fuzz.fuzz_case.read_volume", broken)
    with pytest.raises(ValueError, match="not a LoadError"):
        case.run(0)


def test_lost_neighbour_is_found(tmp_path):
    case = FuzzCase(tmp_path)
    case.expected = {"1.2.3": next(iter(case.expected.values()))}
    with pytest.raises(AssertionError, match="lost or changed"):
        case.run(0)


def test_command_line_reports_and_exits(capsys):
    assert main(["--count", "3", "--first", "40"]) == 0
    assert '"bad": 0' in capsys.readouterr().out
