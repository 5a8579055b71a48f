"""The whole evaluation, on made cases with a made pipeline."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.evaluation.made_cases import block_case, block_masks, outcome_of
from vcfimg.errors import SegmentationError
from vcfimg.evaluation import evaluate
from vcfimg.evaluation.evaluation_case import Case
from vcfimg.evaluation.timed_run import Outcome
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy, load_policy


@dataclass(frozen=True)
class Block:
    name: str

    def load(self, policy: Policy) -> Case:
        return block_case(block_masks(), self.name)


@dataclass(frozen=True)
class Broken:
    name: str = "broken|name"

    def load(self, policy: Policy) -> Case:
        raise ValueError("volume array must be 3-D")


def made_pipeline(volumes: Sequence[Volume], policy: Policy) -> Outcome:
    return outcome_of(block_masks(), error_mm=0.4, policy=policy)


def refusing_pipeline(volumes: Sequence[Volume], policy: Policy) -> Outcome:
    raise SegmentationError("no_bodies", "no vertebral body was found")


def test_writes_report_figures_rows_and_plots(tmp_path: Path) -> None:
    seen: list[str] = []
    done = evaluate(
        [Block("a"), Block("b")],
        tmp_path,
        policy=load_policy(),
        pipeline=made_pipeline,
        on_case=lambda c: seen.append(c.case),
    )
    assert seen == ["a", "b"]
    assert {p.name for p in done.files} >= {
        "report.md",
        "evaluation.json",
        "bodies.csv",
        "cases.csv",
        "bland_altman.png",
    }
    assert all(p.stat().st_size > 0 for p in done.files)
    figures = json.loads((tmp_path / "evaluation.json").read_text())
    assert figures["all"]["found"]["value"] == 1.0
    assert abs(figures["all"]["height"]["all"]["bias"] - 0.4) < 1e-9
    assert figures["about"]["weights sha256"] == "ab" * 32
    assert figures["by_level"]["L1"]["height"]["all"]["n"] == 6
    rows = list(csv.DictReader((tmp_path / "bodies.csv").open()))
    assert len(rows) == 14
    assert {"height_mm_anterior", "height_true_mm_anterior", "loss_half_width_middle"} <= set(rows[0])
    report = (tmp_path / "report.md").read_text()
    assert "| bodies found | 100.0 % | 14 of 14 |" in report
    assert "| height all: MAE / bias / ICC | 0.40 / 0.40 /" in report


def test_a_case_that_fails_is_a_row_and_stops_nothing(tmp_path: Path) -> None:
    done = evaluate([Broken(), Block("a")], tmp_path, policy=load_policy(), pipeline=made_pipeline, plots=False)
    assert [c.error is None for c in done.cases] == [False, True]
    assert (done.summary.cases, done.summary.failed) == (2, 1)
    assert "- broken/name: ValueError: volume array must be 3-D" in (tmp_path / "report.md").read_text()


def test_a_pipeline_that_finds_nothing_is_said(tmp_path: Path) -> None:
    done = evaluate([Block("a")], tmp_path, policy=load_policy(), pipeline=refusing_pipeline, plots=False)
    assert done.cases[0].error == "no_bodies: no vertebral body was found"
    assert done.summary.found.value is None


def test_limit_takes_the_first_cases(tmp_path: Path) -> None:
    done = evaluate(
        [Block("a"), Block("b")], tmp_path, policy=load_policy(), pipeline=made_pipeline, limit=1, plots=False
    )
    assert [c.case for c in done.cases] == ["a"]


def test_processes_give_the_same_rows(tmp_path: Path) -> None:
    one = evaluate([Block("a"), Block("b")], tmp_path / "1", policy=load_policy(), pipeline=made_pipeline, plots=False)
    two = evaluate(
        [Block("a"), Block("b")], tmp_path / "2", policy=load_policy(), pipeline=made_pipeline, workers=2, plots=False
    )
    assert one.rows == two.rows
