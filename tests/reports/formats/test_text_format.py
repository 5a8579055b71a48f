"""A format of another package goes the whole way by registration alone."""

import datetime
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Settings
from pipelines.batch.run_folders import run_folders
from tests.phantom_oracle import Phantom
from tests.reports.formats.text_format import install_text_format
from vcfimg.errors import ReportError
from vcfimg.policy import load_policy
from vcfimg.reports import check_formats, keep, write
from vcfimg.screening import examine

AS_OF = datetime.date(2026, 1, 10)
SEEN = "ok\nT2\nSTIR\n"


@pytest.fixture
def text_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_text_format(tmp_path, monkeypatch)
    monkeypatch.setattr(os, "environ", os.environ.copy())


def text_of(out: Path) -> str:
    (path,) = (out / "studies").glob("*/study.txt")
    return path.read_text()


@pytest.mark.usefixtures("text_format")
def test_one_study_is_written(phantom: Phantom, tmp_path: Path) -> None:
    seen = examine(phantom.folder, segmenter=phantom, as_of=AS_OF)
    assert keep(seen, tmp_path, formats=("text",)) == ()
    assert set(write(seen.result, tmp_path, formats=("text",))) == {"study.txt", "result.json"}
    assert text_of(tmp_path) == SEEN


@pytest.mark.usefixtures("text_format")
def test_whole_batch_writes_it_and_rewrites_it_without_the_images(phantom: Phantom, tmp_path: Path) -> None:
    settings = Settings(
        tmp_path / "out", load_policy(), AS_OF, formats=check_formats(["json", "text"]), segmenter=phantom
    )
    first = run_folders([phantom.folder], settings, executor=InThisProcess())
    assert dict(first.by_action) == {"screened": 1}
    assert text_of(settings.out) == SEEN
    next((settings.out / "studies").glob("*/study.txt")).unlink()
    looks = len(phantom.looks)
    again = run_folders([phantom.folder], settings, executor=InThisProcess())
    assert dict(again.by_action) == {"redecided": 1}
    assert text_of(settings.out) == SEEN
    assert len(phantom.looks) == looks


@pytest.mark.usefixtures("text_format")
def test_file_of_a_format_no_longer_asked_for_goes(phantom: Phantom, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "out", load_policy(), AS_OF, formats=("json", "text"), segmenter=phantom)
    run_folders([phantom.folder], settings, executor=InThisProcess())
    other_day = replace(settings, formats=("json",), as_of=AS_OF + datetime.timedelta(days=90))
    run_folders([phantom.folder], other_day, executor=InThisProcess())
    assert not list((settings.out / "studies").glob("*/study.txt"))


def test_format_of_no_package_is_refused() -> None:
    with pytest.raises(ReportError, match="'text'"):
        check_formats(["text"])
