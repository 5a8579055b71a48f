from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.phantom_oracle import Phantom
from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.policy import load_policy
from vcfimg.screening.acquire import Acquisition, acquire

T2 = ("t2", 3800.0, 100.0)


def write(phantom: Phantom, folder: Path, *, series: int) -> None:
    """A study with ``series`` sagittal T2 series, the later ones coarser."""
    volume = phantom.study.volumes["t2"]
    images = []
    for step in range(1, series + 1):
        affine = volume.affine @ np.diag([step, step, 1.0, 1.0])
        images.append(PhantomImage(volume.array[:, ::step, ::step], affine, *T2, series=f"t2-{step}"))
    write_study(images, folder, encoding="jpeg_ls")


def spoil(folder: Path) -> None:
    """Overwrite compressed pixels of every file in a folder; headers and sizes stay."""
    for path in folder.iterdir():
        data = bytearray(path.read_bytes())
        data[-4000:-200] = bytes(3800)
        path.write_bytes(data)


def series_folder(folder: Path, label: str) -> Path:
    return next(folder.glob(f"*{label}"))


def test_uses_the_finest_series(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=2)
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert [volume.shape for volume in acquired.volumes] == [phantom.study.volumes["t2"].shape]
    assert acquired.failure is None


def test_unreadable_series_gives_way_to_the_next_best(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=2)
    spoil(series_folder(tmp_path, "t2-1"))
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert [volume.shape[1] for volume in acquired.volumes] == [phantom.study.volumes["t2"].shape[1] // 2]
    refused = next(one for one in acquired.series if not one.used)
    assert refused.code in {"damaged_pixel_data", "truncated_pixel_data", "size_mismatch"}
    assert acquired.failure is None


def test_nothing_readable_is_a_failure(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=1)
    spoil(series_folder(tmp_path, "t2-1"))
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert acquired.volumes == ()
    assert acquired.failure is not None
    assert acquired.failure.code == acquired.series[0].code


def test_missing_stir_is_noted(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=1)
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert any("STIR" in note.text for note in acquired.notes)


def test_study_that_must_not_be_used_is_refused(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=1)
    path = next(series_folder(tmp_path, "t2-1").iterdir())
    dataset = pydicom.dcmread(path)
    dataset.PatientID = "SOMEONE-ELSE"
    dataset.save_as(path)
    with pytest.raises(LoadError) as caught:
        acquire(scan(tmp_path).studies[0], load_policy())
    assert caught.value.code == "mixed_patients"


def fault(folder: Path, change: Callable[[Dataset], object]) -> Acquisition:
    """What becomes of a study whose files are all changed in one way."""
    for path in series_folder(folder, "t2-1").iterdir():
        dataset = pydicom.dcmread(path)
        change(dataset)
        dataset.save_as(path)
    return acquire(scan(folder).studies[0], load_policy())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda dataset: dataset.__delattr__("ImagePositionPatient"), "missing_geometry"),
        (lambda dataset: dataset.__delattr__("ImageOrientationPatient"), "missing_geometry"),
        (lambda dataset: dataset.__delattr__("PixelSpacing"), "missing_geometry"),
        (lambda dataset: setattr(dataset, "SOPInstanceUID", "1.2.3"), "duplicate_conflict"),
    ],
)
def test_faults_found_by_the_scan_are_a_failure_too(
    phantom: Phantom, tmp_path: Path, change: Callable[[Dataset], object], code: str
):
    write(phantom, tmp_path, series=1)
    acquired = fault(tmp_path, change)
    assert acquired.volumes == ()
    assert acquired.failure is not None
    assert acquired.failure.code == code


def test_faults_of_one_series_do_not_matter_where_another_is_used(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=2)
    acquired = fault(tmp_path, lambda dataset: dataset.__delattr__("ImagePositionPatient"))
    assert len(acquired.volumes) == 1
    assert acquired.failure is None


def test_series_that_are_not_measured_fail_nothing(phantom: Phantom, tmp_path: Path):
    def knee(dataset: Dataset) -> None:
        dataset.BodyPartExamined, dataset.SeriesDescription, dataset.StudyDescription = "KNEE", "t2", "knee"
        del dataset.ImagePositionPatient

    write(phantom, tmp_path, series=1)
    assert fault(tmp_path, knee).failure is None
