"""A watched folder: studies are screened when they have come whole, once."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.phantom_oracle import Phantom


@pytest.fixture(autouse=True)
def _truth(phantom: Phantom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.screen_run.find_segmenter", lambda name=None: phantom)


@pytest.fixture
def arriving(phantom: Phantom, tmp_path: Path) -> Path:
    return Path(shutil.copytree(phantom.folder, tmp_path / "in"))


def aged(folder: Path, seconds: float) -> None:
    """Let every file be so old."""
    for path in folder.rglob("*.dcm"):
        os.utime(path, (time.time() - seconds,) * 2)


def look(run: Any, folder: Path, out: Path, *options: str) -> int:
    """One look; the number of studies with a result."""
    result = run("watch", folder, "--out", out, "--once", "--workers", 1, "--as-of", "2026-01-10", *options)
    assert result.exit_code == 0, result.output
    return len(list(out.glob("studies/*/result.json")))


def test_study_waits_until_nothing_more_comes(run: Any, arriving: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    aged(arriving, 30)
    assert look(run, arriving, out) == 0
    aged(arriving, 90)
    next(arriving.rglob("*.dcm")).touch()
    assert look(run, arriving, out) == 0
    aged(arriving, 90)
    assert look(run, arriving, out) == 1
    written = next(out.glob("studies/*/result.json")).stat().st_mtime_ns
    assert look(run, arriving, out) == 1
    assert next(out.glob("studies/*/result.json")).stat().st_mtime_ns == written


def test_study_waits_for_a_contrast_but_not_for_ever(run: Any, arriving: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    aged(arriving, 90)
    assert look(run, arriving, out, "--require", "t1,stir") == 0
    assert look(run, arriving, out, "--require", "stir") == 1
    shutil.rmtree(out)
    aged(arriving, 5500)
    assert look(run, arriving, out, "--require", "t1,stir") == 1


def test_images_that_come_later_are_screened_with_the_others(run: Any, arriving: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    late = [path for path in arriving.rglob("*.dcm") if "stir" in str(path)]
    for path in late:
        path.rename(tmp_path / path.name)
    aged(arriving, 90)
    assert look(run, arriving, out) == 1
    before = json.loads(next(out.glob("studies/*/result.json")).read_text())
    for path in late:
        (tmp_path / path.name).rename(path)
    aged(arriving, 90)
    assert look(run, arriving, out) == 1
    after = json.loads(next(out.glob("studies/*/result.json")).read_text())
    used = [{one["role"] for one in document["series"] if one["used"]} for document in (before, after)]
    assert used == [{"t2"}, {"t2", "stir"}]


@pytest.mark.parametrize("option", [("--quiet", "soon"), ("--require", "t7"), ("--every", "0s")])
def test_unusable_options(run: Any, arriving: Path, tmp_path: Path, option: tuple[str, str]) -> None:
    once = () if option[0] == "--every" else ("--once",)
    assert run("watch", arriving, "--out", tmp_path / "out", *once, *option).exit_code == 2
