"""One painted study in every form an archive may give it: the same measurements, or the named refusal."""

import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.phantom_oracle import PATIENT, RECIPE, Phantom
from vcfimg.phantom import make_study
from vcfimg.phantom.dicom import Disorder, Encoding, PhantomImage, Vendor, write_study
from vcfimg.policy import load_policy
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study

LENGTH_MM = 0.15
"""Vendors store the same signal in 1800 to 6000 grey steps; a reading may change by as much."""
PERCENT = 1.0
RATIO = 0.03
NEAR_A_LIMIT = 0.005
"""Share of edema this near to a limit of the policy may be read on either side of it."""

Write = Callable[..., Path]


def painted(phantom: Phantom) -> list[PhantomImage]:
    """The stacks of the study, ready to be written in another form."""
    study = phantom.study
    return [
        PhantomImage(volume.array, volume.affine, role, scan.tr_ms, scan.te_ms, scan.ti_ms, slice_thickness=4.0)
        for role, volume, scan in ((role, volume, study.contrasts[role]) for role, volume in study.volumes.items())
    ]


@pytest.fixture
def images(phantom: Phantom) -> list[PhantomImage]:
    return painted(phantom)


@pytest.fixture
def written(images: list[PhantomImage], tmp_path: Path) -> Write:
    def write(**how: Any) -> Path:
        write_study(images, tmp_path / "in", patient=PATIENT, **how)
        return tmp_path / "in"

    return write


@pytest.fixture(scope="module")
def plain_result(phantom: Phantom) -> ScreeningResult:
    """The measurements of the study as the scanner sent it."""
    return screen_study(phantom.folder, segmenter=phantom)


def numbers(result: ScreeningResult) -> list[dict[str, Any]]:
    """What was measured of every vertebra, without the UIDs it was measured on."""
    return [
        vertebra.model_dump(mode="json", exclude={"measured_on", "by_series", "points_mm", "center_mm"})
        for vertebra in result.vertebrae
    ]


def decided_by_a_hair(stir: Mapping[str, Any]) -> bool:
    """Whether grey steps may decide what is called edema."""
    limits = load_policy().measurement
    share = stir["edema_fraction"]
    return share is not None and any(
        abs(share - limit) < NEAR_A_LIMIT for limit in (limits.edema_fraction_false, limits.edema_fraction_true)
    )


def same(found: Any, expected: Any, where: str = "") -> None:
    """Assert equal structure and words, and numbers within the tolerance of what they measure."""
    if isinstance(expected, Mapping):
        assert found.keys() == expected.keys(), where
        loose = {"edema", "pattern"} if where.endswith(".stir") and decided_by_a_hair(expected) else set()
        for key in expected.keys() - loose:
            same(found[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), where
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            same(one, other, f"{where}[{number}]")
    elif isinstance(expected, float) and isinstance(found, float):
        tolerance = LENGTH_MM if "_mm" in where else RATIO if "ratio" in where or "fraction" in where else PERCENT
        assert found == pytest.approx(expected, abs=tolerance), where
    else:
        assert found == expected, where


@pytest.mark.parametrize("vendor", list(Vendor))
def test_every_vendor_gives_the_same_measurements(
    written: Write, phantom: Phantom, vendor: Vendor, plain_result: ScreeningResult
):
    result = screen_study(written(vendor=vendor), segmenter=phantom)
    assert result.status == "ok"
    same(numbers(result), numbers(plain_result))


@pytest.mark.parametrize("vendor", [Vendor.SIEMENS, Vendor.SIEMENS_XA])
@pytest.mark.parametrize("encoding", [one for one in Encoding if one is not Encoding.EXPLICIT])
def test_every_encoding_gives_the_same_measurements(
    written: Write, phantom: Phantom, vendor: Vendor, encoding: Encoding, plain_result: ScreeningResult
):
    assert numbers(screen_study(written(vendor=vendor, encoding=encoding), segmenter=phantom)) == numbers(plain_result)


@pytest.mark.parametrize(
    "disorder",
    [
        Disorder(renamed=True),
        Disorder(lying_numbers=True),
        Disorder(copied=True),
        Disorder(renamed=True, lying_numbers=True, copied=True),
    ],
    ids=["renamed", "shuffled", "doubled", "all"],
)
@pytest.mark.parametrize("vendor", [Vendor.SIEMENS, Vendor.SIEMENS_XA])
def test_disorder_changes_no_number(
    written: Write, phantom: Phantom, vendor: Vendor, disorder: Disorder, plain_result: ScreeningResult
):
    result = screen_study(written(vendor=vendor, disorder=disorder), segmenter=phantom)
    assert numbers(result) == numbers(plain_result)
    doubled = 2 if vendor is Vendor.SIEMENS_XA else 10
    assert result.skipped_files == ({"duplicate": doubled} if disorder.copied else {})


def test_fifty_unrelated_files_change_no_number(written: Write, phantom: Phantom, plain_result: ScreeningResult):
    folder = written()
    expected = unrelated_files(folder)
    result = screen_study(folder, segmenter=phantom)
    assert numbers(result) == numbers(plain_result)
    assert result.skipped_files == expected
    assert sum(expected.values()) == 50


@pytest.mark.parametrize("vendor", [Vendor.SIEMENS, Vendor.PHILIPS_ENHANCED])
def test_missing_slice_refuses_that_series_and_no_other(written: Write, phantom: Phantom, vendor: Vendor):
    result = screen_study(written(vendor=vendor, disorder=Disorder(missing={"t2-0": (2,)})), segmenter=phantom)
    codes = {one.role: (one.used, one.code) for one in result.series}
    assert codes == {"t2": (False, "missing_slice"), "stir": (True, None)}
    assert result.status == "ok"


def test_missing_slice_in_every_series_is_told_as_such(written: Write, phantom: Phantom):
    result = screen_study(written(disorder=Disorder(missing={"t2-0": (2,), "stir-0": (2,)})))
    assert {one.code for one in result.series} == {"missing_slice"}
    assert result.status != "ok"
    assert result.vertebrae == ()


def test_slice_sent_again_under_another_uid_changes_no_number(
    written: Write, phantom: Phantom, plain_result: ScreeningResult
):
    result = screen_study(written(disorder=Disorder(repeated={"t2-0": (2,)})), segmenter=phantom)
    assert all(one.used for one in result.series)
    assert numbers(result) == numbers(plain_result)


def test_files_of_another_patient_stop_the_study(written: Write, phantom: Phantom):
    from pydicom import dcmread

    folder = written()
    victim = sorted(folder.rglob("*.dcm"))[0]
    dataset = dcmread(victim)
    dataset.PatientID, dataset.PatientName = "SOMEBODY-ELSE", "ELSE^SOMEBODY"
    dataset.save_as(victim)
    result = screen_study(folder, segmenter=phantom)
    assert result.status == "failed"
    assert result.failure is not None
    assert result.failure.code == "mixed_patients"


def unrelated_files(folder: Path) -> dict[str, int]:
    """Put fifty files of other kinds among those of the study; returns how many of each are to be skipped."""
    from pydicom import dcmread
    from pydicom.uid import generate_uid

    source = sorted(folder.rglob("*.dcm"))[0]
    junk = folder / "junk"
    junk.mkdir()
    rng = random.Random(3)
    for number in range(20):
        (junk / f"noise{number}.dcm").write_bytes(rng.randbytes(500 + number))
    for number in range(10):
        (junk / f"empty{number}").touch()
    foreign = {
        "secondary_capture": "1.2.840.10008.5.1.4.1.1.7",
        "presentation_state": "1.2.840.10008.5.1.4.1.1.11.1",
        "structured_report": "1.2.840.10008.5.1.4.1.1.88.33",
        "raw_data": "1.2.840.10008.5.1.4.1.1.66",
    }
    for reason, sop_class in foreign.items():
        for number in range(4):
            dataset = dcmread(source)
            dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = sop_class
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid(
                entropy_srcs=[reason, str(number)]
            )
            dataset.save_as(junk / f"{reason}{number}")
    for number in range(4):
        shutil.copy(source, junk / f"cut{number}")
        with (junk / f"cut{number}").open("r+b") as file:
            file.truncate(source.stat().st_size // 2 + number)
    return {"not_dicom": 20, "empty_file": 10, "truncated": 4, **dict.fromkeys(foreign, 4)}


def cut(images: list[PhantomImage], rows: list[slice]) -> list[PhantomImage]:
    """The same pixels as stations of a longer examination, head first."""
    stations = []
    for image in images:
        for number, part in enumerate(rows, start=1):
            affine = image.affine.copy()
            affine[:3, 3] += part.start * np.asarray(affine[:3, 1])
            stations.append(replace(image, array=image.array[:, part], affine=affine, station=number))
    return stations


@pytest.mark.parametrize(
    "disorder", [None, Disorder(renamed=True, lying_numbers=True, copied=True)], ids=["tidy", "all"]
)
def test_two_overlapping_stations_count_every_vertebra_once(
    phantom: Phantom, tmp_path: Path, disorder: Disorder | None
):
    write_study(cut(painted(phantom), [slice(0, 150), slice(106, 256)]), tmp_path, patient=PATIENT, disorder=disorder)
    result = screen_study(tmp_path)
    assert sorted(one.station or 0 for one in result.series if one.used) == [1, 1, 2, 2]
    assert [one.center_mm[2] for one in result.vertebrae] == counted(screen_study(phantom.folder))


def test_three_stations_of_a_whole_spine_are_named_from_end_to_end(tmp_path: Path):
    spine = make_study(
        RECIPE.spec,
        roles=("t2", "stir"),
        center=(0.0, -20.0, 235.0),
        **{**RECIPE.scan, "size": (470, 200)},
    )
    rows = [slice(0, 190), slice(140, 330), slice(280, 470)]
    write_study(cut(painted(Phantom(tmp_path, spine)), rows), tmp_path, patient=PATIENT)
    result = screen_study(tmp_path)
    truth = [one for one in spine.truth.vertebrae if one.level not in {"C2", "C3"}]
    found = [one for one in result.vertebrae if one.level not in {"C2", "C3"}]
    assert [one.level for one in found] == [one.level for one in truth]
    for one, other in zip(found, truth, strict=True):
        assert abs(one.center_mm[2] - other.center_mm[2]) < 4, one.level
    fractured = next(one for one in found if one.level == "L1")
    assert fractured.loss_percent.index == pytest.approx(42, abs=5)
    assert fractured.stir.edema is True


def counted(result: ScreeningResult) -> list[Any]:
    """Height of every vertebra above the feet (to a few mm), from head to foot."""
    return [pytest.approx(one.center_mm[2], abs=3) for one in result.vertebrae]


def two_frames(phantom: Phantom, folder: Path, rows: list[slice]) -> ScreeningResult:
    """The study as two stations, the lower one in a frame of reference of its own."""
    from pydicom import dcmread
    from pydicom.uid import generate_uid

    other = generate_uid(entropy_srcs=["another frame"])
    for path in write_study(cut(painted(phantom), rows), folder, patient=PATIENT):
        if path.parent.name.endswith("-1"):
            dataset = dcmread(path)
            dataset.FrameOfReferenceUID = other
            dataset.save_as(path)
    return screen_study(folder)


def test_station_in_another_frame_of_reference_is_used_where_positions_overlap(phantom: Phantom, tmp_path: Path):
    result = two_frames(phantom, tmp_path, [slice(0, 150), slice(106, 256)])
    assert all(one.used for one in result.series)
    assert "frame_of_reference_differs" in {note.code for note in result.image_notes}


def test_station_in_another_frame_of_reference_is_left_out_with_the_reason(phantom: Phantom, tmp_path: Path):
    result = two_frames(phantom, tmp_path, [slice(0, 150), slice(150, 256)])
    left = [one for one in result.series if not one.used]
    assert {one.code for one in left} == {"other_frame_of_reference"}
    assert len(left) == 2
    assert result.status == "ok"
