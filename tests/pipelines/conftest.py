"""Running commands in this process, with the painted labels in place of the network."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.batch.job import Job, Outcome, Settings
from pipelines.cli import app
from tests.phantom_oracle import Phantom

Run = Callable[..., Any]


@pytest.fixture
def run() -> Iterator[Run]:
    """``run("screen", folder, ...)`` gives a result with exit code, standard output and standard error."""
    runner = CliRunner()

    def call(*arguments: object) -> Any:
        return runner.invoke(app, [str(one) for one in arguments])

    with contextlib.suppress(KeyboardInterrupt):
        yield call


@pytest.fixture
def in_process(phantom: Phantom, monkeypatch: pytest.MonkeyPatch) -> Phantom:
    """Batches work in this process, one study after the other, with the oracle as segmenter."""
    from pipelines.batch.study_run import run_study

    def one_after_the_other(jobs: Sequence[Job], settings: Settings, workers: int) -> Iterator[Outcome]:
        for job in jobs:
            yield run_study(job, settings)

    monkeypatch.setattr("pipelines.batch.run_batch.spread", one_after_the_other)
    monkeypatch.setattr("pipelines.screen_run.find_segmenter", lambda name: phantom)
    return phantom
