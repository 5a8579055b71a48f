from pathlib import Path

import numpy as np
import pytest

from tests.phantom_oracle import Phantom
from vcfimg.acquire import acquire
from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.policy import load_policy

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
    assert acquired.refusals == ()


def test_unreadable_series_gives_way_to_the_next_best(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=2)
    spoil(series_folder(tmp_path, "t2-1"))
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert [volume.shape[1] for volume in acquired.volumes] == [phantom.study.volumes["t2"].shape[1] // 2]
    refused = next(one for one in acquired.series if not one.used)
    assert refused.code == acquired.refusals[0].code
    assert isinstance(acquired.refusals[0], LoadError)


def test_nothing_readable_leaves_the_refusals(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=1)
    spoil(series_folder(tmp_path, "t2-1"))
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert acquired.volumes == ()
    assert len(acquired.refusals) == 1


def test_missing_stir_is_noted(phantom: Phantom, tmp_path: Path):
    write(phantom, tmp_path, series=1)
    acquired = acquire(scan(tmp_path).studies[0], load_policy())
    assert any("STIR" in note.text for note in acquired.notes)


def test_study_that_must_not_be_used_is_refused(phantom: Phantom, tmp_path: Path):
    import pydicom

    write(phantom, tmp_path, series=1)
    path = next(series_folder(tmp_path, "t2-1").iterdir())
    dataset = pydicom.dcmread(path)
    dataset.PatientID = "SOMEONE-ELSE"
    dataset.save_as(path)
    with pytest.raises(LoadError) as caught:
        acquire(scan(tmp_path).studies[0], load_policy())
    assert caught.value.code == "mixed_patients"
