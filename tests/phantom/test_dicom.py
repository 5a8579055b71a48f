"""Written studies are valid DICOM, the same on every run, and as disorderly as asked for."""

import os
import shutil
import subprocess
from collections import Counter

import numpy as np
import pydicom
import pytest

from vcfimg.phantom.dicom import Disorder, Encoding, PhantomImage, PhantomPatient, Vendor, axial_localizer, write_study
from vcfimg.phantom.dicom_encode import TRANSFER_SYNTAXES
from vcfimg.phantom.dicom_image import ROLES

AFFINE = np.array([[0, 0, -4.5, 20], [0.7, 0, 0, -60], [0, -0.7, 0, 80], [0, 0, 0, 1.0]])
SINGLE = [Vendor.SIEMENS, Vendor.GE, Vendor.PHILIPS, Vendor.HITACHI]
ENHANCED = [Vendor.SIEMENS_XA, Vendor.PHILIPS_ENHANCED]


def image(role="t2", **facts):
    z, r, c = np.mgrid[:5, :48, :40]
    facts = {"repetition_time": 3000, "echo_time": 90, **facts}
    return PhantomImage(100.0 + 10 * z + 3 * r + c, AFFINE, role, **facts)


def study():
    return [
        image("t1", repetition_time=550, echo_time=12),
        image("t2", echo_train_length=17),
        image("stir", repetition_time=4200, echo_time=40, inversion_time=150),
    ]


def headers(files):
    return [pydicom.dcmread(file) for file in files]


@pytest.mark.parametrize("vendor", SINGLE)
def test_single_frame_styles_write_a_file_per_slice(tmp_path, vendor):
    found = headers(write_study(study(), tmp_path, vendor=vendor))
    assert len(found) == 15
    assert len({header.SOPInstanceUID for header in found}) == 15
    assert len({header.SeriesInstanceUID for header in found}) == 3
    assert len({(header.StudyInstanceUID, header.FrameOfReferenceUID) for header in found}) == 1


@pytest.mark.parametrize("vendor", ENHANCED)
def test_enhanced_styles_write_a_file_per_series(tmp_path, vendor):
    found = headers(write_study(study(), tmp_path, vendor=vendor))
    assert [header.NumberOfFrames for header in found] == [5, 5, 5]
    assert all(len(header.PerFrameFunctionalGroupsSequence) == 5 for header in found)


@pytest.mark.parametrize("vendor", SINGLE)
def test_timing_and_position_are_as_given(tmp_path, vendor):
    stir = headers(write_study(study(), tmp_path, vendor=vendor))[-1]
    assert (stir.RepetitionTime, stir.EchoTime, stir.InversionTime, stir.MagneticFieldStrength) == (4200, 40, 150, 1.5)
    assert list(stir.ImagePositionPatient) == [20 - 4 * 4.5, -60, 80]
    assert list(stir.ImageOrientationPatient) == [0, 1, 0, 0, 0, -1]


@pytest.mark.parametrize(
    ("vendor", "facts"),
    [
        (Vendor.SIEMENS, {"ScanningSequence": ["SE", "IR"], "SequenceName": "*tir2d1_15", "ScanOptions": "IR"}),
        (Vendor.GE, {"ScanningSequence": "IR", "SeriesDescription": "Sag STIR"}),
        (Vendor.PHILIPS, {"ScanningSequence": "IR", "ImageType": ["ORIGINAL", "PRIMARY", "M_IR", "M", "IR"]}),
        (Vendor.HITACHI, {"ScanningSequence": "IR", "SequenceName": "FIR", "SeriesDescription": "STIR SAG"}),
        (Vendor.SIEMENS_XA, {"PulseSequenceName": "*tir2d1_15", "AcquisitionContrast": "STIR"}),
    ],
)
def test_stir_announces_itself_as_its_vendor_does(tmp_path, vendor, facts):
    stir = headers(write_study(study(), tmp_path, vendor=vendor))[-1]
    assert {keyword: stir[keyword].value for keyword in facts} == facts


def test_one_vendor_writes_inversion_times_without_range(tmp_path):
    t1, _, stir = headers(write_study(study(), tmp_path, vendor=Vendor.PHILIPS_ENHANCED))
    times = [h.PerFrameFunctionalGroupsSequence[0].MRModifierSequence[0].InversionTimes for h in (t1, stir)]
    assert list(times[0]) == [0.0, 1.797e308]
    assert times[1] == 150


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_be_written_in_every_style(tmp_path, vendor, role):
    assert write_study([image(role)], tmp_path, vendor=vendor)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_same_arguments_give_the_same_bytes(tmp_path, encoding):
    for vendor in (Vendor.HITACHI, Vendor.PHILIPS_ENHANCED):
        first = write_study(study(), tmp_path / "a" / vendor, vendor=vendor, encoding=encoding, localizer=True)
        second = write_study(study(), tmp_path / "b" / vendor, vendor=vendor, encoding=encoding, localizer=True)
        assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_another_seed_gives_other_uids(tmp_path):
    first, second = (headers(write_study(study(), tmp_path / str(seed), seed=seed)) for seed in (1, 2))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
        assert not {h[keyword].value for h in first} & {h[keyword].value for h in second}
        assert all(len(h[keyword].value) <= 64 for h in first)


@pytest.mark.parametrize("encoding", list(Encoding))
def test_transfer_syntax_is_the_one_asked_for(tmp_path, encoding):
    (file, *_) = write_study([image()], tmp_path, encoding=encoding)
    assert pydicom.dcmread(file).file_meta.TransferSyntaxUID == TRANSFER_SYNTAXES[encoding]


def test_patient_says_that_it_is_synthetic(tmp_path):
    (header, *_) = headers(write_study([image()], tmp_path))
    assert (str(header.PatientName), header.PatientID) == ("PHANTOM^SYNTHETIC", "PHANTOM-0001")


def test_patient_facts_are_written(tmp_path):
    patient = PhantomPatient(patient_id="PHANTOM-0042", sex="F", age_years=67, study_date="20260315")
    (header, *_) = headers(write_study([image()], tmp_path, patient=patient))
    assert (header.PatientID, header.PatientSex, header.PatientAge) == ("PHANTOM-0042", "F", "067Y")
    assert header.StudyDate == header.AcquisitionDate == "20260315"


def test_images_of_one_series_share_its_uid(tmp_path):
    pair = [image("dixon_water", series="dixon"), image("dixon_fat", series="dixon")]
    found = headers(write_study(pair, tmp_path))
    assert len({header.SeriesInstanceUID for header in found}) == 1
    assert Counter(header.ImageType[3] for header in found) == {"W": 5, "F": 5}


def test_frame_type_tells_dixon_images_apart(tmp_path):
    pair = [image("dixon_water", series="dixon"), image("dixon_fat", series="dixon")]
    (header,) = headers(write_study(pair, tmp_path, vendor=Vendor.SIEMENS_XA))
    groups = header.PerFrameFunctionalGroupsSequence
    assert [g.MRImageFrameTypeSequence[0].FrameType[3] for g in groups] == ["WATER"] * 5 + ["FAT"] * 5


def test_stations_get_series_of_their_own(tmp_path):
    found = headers(write_study([image(station=1), image(station=2)], tmp_path))
    assert {header.SeriesDescription for header in found} == {"t2_tse_sag_384_1", "t2_tse_sag_384_2"}
    assert len({header.FrameOfReferenceUID for header in found}) == 1


def test_missing_slices_are_left_out(tmp_path):
    files = write_study(study(), tmp_path, disorder=Disorder(missing={"t2-0": [1, 3]}))
    assert len(files) == 13


def test_repeated_slices_have_uids_of_their_own(tmp_path):
    found = headers(write_study([image()], tmp_path, disorder=Disorder(repeated={"t2-0": [2]})))
    assert found[-1].SOPInstanceUID not in {header.SOPInstanceUID for header in found[:-1]}
    assert found[-1].ImagePositionPatient == found[2].ImagePositionPatient
    assert found[-1].PixelData == found[2].PixelData


def test_copies_are_byte_by_byte_the_same(tmp_path):
    files = write_study([image()], tmp_path, disorder=Disorder(copied=True))
    assert len(set(files)) == 10
    assert set(Counter(file.read_bytes() for file in files).values()) == {2}


def test_renamed_files_tell_nothing(tmp_path):
    files = write_study(study(), tmp_path, disorder=Disorder(renamed=True))
    assert all(file.parent == tmp_path and not file.suffix for file in files)
    assert files != tuple(sorted(files))


def test_lying_instance_numbers_are_still_a_permutation(tmp_path):
    found = headers(write_study([image()], tmp_path, disorder=Disorder(lying_numbers=True)))
    numbers = [header.InstanceNumber for header in found]
    assert sorted(numbers) == [1, 2, 3, 4, 5] != numbers


def test_localizer_is_axial_and_shows_the_same_place():
    scout = axial_localizer(image())
    np.testing.assert_allclose(scout.orientation, [1, 0, 0, 0, 1, 0])
    z, r, c = 2, scout.array.shape[1] // 2, scout.array.shape[2] // 2
    where = scout.affine @ [c, r, z, 1]
    column, row, slice_ = (np.linalg.inv(AFFINE) @ where)[:3]
    assert scout.array[z, r, c] == pytest.approx(100 + 10 * slice_ + 3 * row + column)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"role": "flair"}, "role must be one of"),
        ({"array": np.zeros((4, 4))}, "got shape"),
        ({"affine": np.eye(3)}, "must be 4x4"),
        ({"affine": np.eye(4) + np.eye(4, k=1)}, "not orthogonal"),
    ],
)
def test_impossible_images_are_refused(change, message):
    facts = {"array": np.zeros((2, 4, 4)), "affine": np.eye(4), "role": "t2", **change}
    with pytest.raises(ValueError, match=message):
        PhantomImage(**facts, repetition_time=1, echo_time=1)


def test_empty_study_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one image"):
        write_study([], tmp_path)


def external(name):
    tool = shutil.which(name)
    if tool is None:
        missing = f"{name} is not installed (Debian packages dcmtk, dicom3tools)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return tool


@pytest.mark.parametrize("vendor", list(Vendor))
def test_dcmdump_reads_every_encoding(tmp_path, vendor):
    tool = external("dcmdump")
    files = [write_study([image()], tmp_path / e, vendor=vendor, encoding=e)[0] for e in Encoding]
    done = subprocess.run([tool, "+L", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert not [line for line in done.stderr.splitlines() if line.startswith(("W:", "E:"))]


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("role", ["t1", "stir", "dixon_water", "localizer"])
def test_validator_finds_no_error(tmp_path, vendor, role):
    """dciodvfy of dicom3tools, in its strict mode."""
    tool = external("dciodvfy")
    inversion = 150 if role == "stir" else None
    (file, *_) = write_study([image(role, inversion_time=inversion)], tmp_path, vendor=vendor)
    done = subprocess.run([tool, "-new", file], capture_output=True, text=True, check=False)
    errors = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]
    if vendor is Vendor.PHILIPS_ENHANCED and role != "stir":
        # The unranged inversion times are this vendor's own fault, written on purpose.
        errors = [line for line in errors if "InversionTimes" not in line]
    assert not errors
