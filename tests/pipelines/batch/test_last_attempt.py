"""The last attempt goes on without the series that ends its process."""

import datetime
import os
import signal
import time
from pathlib import Path

import pytest

from pipelines.batch import last_attempt
from pipelines.batch.job import Job, Settings
from pipelines.batch.last_attempt import DEADLY, read_images, without_deadly_series
from pipelines.batch.study_run import run_study
from tests.installed_segmenter import CheapSegmenter
from tests.loaders.mr_files import write_series
from vcfimg.loaders import scan
from vcfimg.loaders.study import Series, Study
from vcfimg.policy import Policy, load_policy
from vcfimg.reports import read_result
from vcfimg.roles import Role


def dies_of_t2(series: Series, policy: Policy) -> None:
    if series.role == Role.T2:
        os.kill(os.getpid(), signal.SIGSEGV)


def hangs_at_t2(series: Series, policy: Policy) -> None:
    if series.role == Role.T2:
        time.sleep(60)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    for role in ("t1", "t2"):
        write_series(tmp_path / role, role, StudyInstanceUID="1.2.3")
    (found,) = scan(tmp_path).studies
    assert len(found.series) == 2
    return found


def deadly(study: Study) -> set[Role]:
    return {one.role for one in study.series if any(problem.code == DEADLY for problem in one.problems)}


@pytest.mark.parametrize("read", [dies_of_t2, hangs_at_t2])
def test_series_that_ends_or_holds_its_reader_is_marked(study: Study, read: last_attempt.Read) -> None:
    assert deadly(without_deadly_series(study, load_policy(), reading_s=6.0, read=read)) == {Role.T2}


def test_harmless_study_stays_as_it_is(study: Study) -> None:
    assert without_deadly_series(study, load_policy(), read=read_images) is study


def test_result_of_the_last_attempt_names_the_series(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_attempt.without_deadly_series, "__kwdefaults__", {"reading_s": 20.0, "read": dies_of_t2})
    settings = Settings(
        tmp_path / "out", load_policy(), datetime.date(2026, 1, 10), formats=("json",), segmenter=CheapSegmenter()
    )
    job = Job(study, settings, files_signature="f", last_attempt=True)
    outcome = run_study(job)
    assert outcome.entry.passing is None
    result = read_result(settings.folder("1.2.3"))
    assert {one.role: one.code == DEADLY for one in result.series} == {Role.T1: False, Role.T2: True}
