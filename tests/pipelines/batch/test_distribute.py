import datetime
import os
from pathlib import Path

import pytest

from pipelines.batch.distribute import spread
from pipelines.batch.job import Job, Settings
from pipelines.batch.keys import files_signature
from tests.phantom_oracle import Phantom
from vcfimg.imaging.raw import SegmenterInfo
from vcfimg.loaders import scan
from vcfimg.phantom.dicom import PhantomImage, axial_localizer, write_study
from vcfimg.policy import load_policy
from vcfimg.reports import read_result


@pytest.fixture(scope="module")
def jobs(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> list[Job]:
    """Two studies that need no network: axial images alone."""
    root = tmp_path_factory.mktemp("axial")
    volume = phantom.study.volumes["t2"]
    scout = axial_localizer(PhantomImage(volume.array, volume.affine, "t2", 3800, 100))
    for seed in (1, 2):
        write_study([scout], root / str(seed), seed=seed)
    return [Job(study, files_signature(study)) for study in scan(root).studies]


def settings(out: Path, **changes: object) -> Settings:
    info = SegmenterInfo(name="oracle", version="1")
    return Settings(out, load_policy(), datetime.date(2026, 1, 10), segmenter_info=info, **changes)  # type: ignore[arg-type]


def test_processes_write_the_results(jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    outcomes = list(spread(jobs, settings(tmp_path), 2))
    assert [one.entry.status for one in outcomes] == ["no_spine_series"] * 2
    for one in outcomes:
        assert read_result(tmp_path / "studies" / one.entry.folder).status == "no_spine_series"


def test_time_limit_becomes_a_failure(jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    (outcome,) = spread(jobs[:1], settings(tmp_path, timeout_s=1e-4), 1)
    assert outcome.failure is not None
    assert outcome.failure.code == "timeout"
    assert outcome.entry.status == "failed"


def test_nothing_to_do_starts_nothing(tmp_path: Path):
    assert list(spread([], settings(tmp_path), 4)) == []
