"""Running commands in this process, with the painted labels in place of the network."""

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

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
    """Commands know the oracle as their segmenter; one study alone is screened in this process."""
    monkeypatch.setattr("pipelines.screen_run.find_segmenter", lambda name: phantom)
    monkeypatch.setattr(os, "environ", os.environ.copy())  # a run divides the cores there
    return phantom
