"""A series that lies the wrong way round does not cost the study."""

from pathlib import Path

import pydicom
import pytest

from vcfimg.phantom import SpineSpec, make_study
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study


def screened(folder: Path, *, prone: tuple[str, ...]) -> ScreeningResult:
    study = make_study(SpineSpec(seed=7), roles=("t2", "stir"), slices=9)
    images = []
    for role, volume in study.volumes.items():
        scanned = study.contrasts[role]
        times = (scanned.tr_ms, scanned.te_ms)
        images.append(PhantomImage(volume.array, volume.affine, role, *times, inversion_time=scanned.ti_ms))
    for path in write_study(images, folder):
        if path.parent.name.split("_")[-1].split("-")[0] in prone:
            dataset = pydicom.dcmread(path)
            x, y, z = dataset.ImagePositionPatient
            dataset.ImagePositionPatient = [-x, -y, z]
            a, b, c, d, e, f = dataset.ImageOrientationPatient
            dataset.ImageOrientationPatient = [-a, -b, c, -d, -e, f]
            dataset.PatientPosition = "HFP"
            dataset.save_as(path)
    return screen_study(folder)


def test_only_the_series_that_is_wrong_is_left_out(tmp_path: Path) -> None:
    result = screened(tmp_path, prone=("stir",))
    assert result.status == "ok"
    left_out = next(series for series in result.series if not series.used)
    assert (left_out.role, left_out.code) == ("stir", "orientation_contradicted")
    assert "HFP" in left_out.reason
    assert "edema_contrast_unusable" in {note.code for note in result.image_notes}


@pytest.mark.parametrize("prone", [("t2", "stir")])
def test_study_that_is_wrong_as_a_whole_fails(tmp_path: Path, prone: tuple[str, ...]) -> None:
    result = screened(tmp_path, prone=prone)
    assert result.failure is not None
    assert result.failure.code == "orientation_contradicted"
    assert not any(series.used for series in result.series)
