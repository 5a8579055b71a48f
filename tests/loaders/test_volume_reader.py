"""Written stacks come back as the volume they were made from, or are refused by name."""

import shutil
from functools import partial

import numpy as np
import pydicom
import pytest

from tests.loaders.written_stacks import edit, image, series_of, tilted_affine, write_stack
from vcfimg.base import Note
from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.size_limits import Limits
from vcfimg.loaders.volume_reader import read_volume
from vcfimg.phantom.dicom import Disorder, Encoding, Vendor, write_study
from vcfimg.policy import load_policy

read = partial(read_volume, policy=load_policy())


def refusal(series, **options):
    with pytest.raises(LoadError) as caught:
        read(series, **options)
    return caught.value


def shape_of(array):
    return array / array.max()


@pytest.mark.parametrize("vendor", list(Vendor))
def test_every_vendor_style_gives_image_and_geometry_back(tmp_path, vendor):
    volume = read(series_of(write_stack(tmp_path, vendor=vendor)))
    np.testing.assert_allclose(volume.affine, image().affine, atol=1e-6)
    np.testing.assert_allclose(shape_of(volume.array), shape_of(image().array), atol=5e-4)
    assert volume.warnings == ()
    assert volume.array.dtype == np.float32


@pytest.mark.parametrize("vendor", ["philips", "hitachi", "philips_enhanced"])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_encoding_gives_the_same_volume_to_the_last_bit(tmp_path, vendor, encoding):
    plain = read(series_of(write_stack(tmp_path / "plain", vendor=vendor)))
    other = read(series_of(write_stack(tmp_path / "other", vendor=vendor, encoding=encoding)))
    np.testing.assert_array_equal(other.array, plain.array)
    np.testing.assert_array_equal(other.affine, plain.affine)


@pytest.mark.parametrize(("single", "multi"), [("siemens", "siemens_xa"), ("philips", "philips_enhanced")])
@pytest.mark.parametrize("encoding", ["explicit", "jpeg_ls"])
def test_multi_frame_gives_the_same_volume_to_the_last_bit(tmp_path, single, multi, encoding):
    one = read(series_of(write_stack(tmp_path / "one", vendor=single, encoding=encoding)))
    many = read(series_of(write_stack(tmp_path / "many", vendor=multi, encoding=encoding)))
    np.testing.assert_array_equal(one.array, many.array)
    np.testing.assert_array_equal(one.affine, many.affine)


@pytest.mark.parametrize("vendor", ["ge", "siemens_xa"])
def test_order_names_and_numbers_of_files_do_not_matter(tmp_path, vendor):
    tidy = read(series_of(write_stack(tmp_path / "tidy", vendor=vendor)))
    files = write_stack(tmp_path / "mess", vendor=vendor, disorder=Disorder(renamed=True, lying_numbers=True))
    messy = read(series_of(sorted(files)))
    np.testing.assert_array_equal(messy.array, tidy.array)
    np.testing.assert_array_equal(messy.affine, tidy.affine)


def test_slices_written_from_right_to_left_are_turned_round(tmp_path):
    flipped = image().affine.copy()
    flipped[:3, 3] += 5 * flipped[:3, 2]
    flipped[:3, 2] *= -1
    volume = read(series_of(write_study([image(affine=flipped)], tmp_path)))
    np.testing.assert_allclose(volume.affine, image().affine, atol=1e-6)
    np.testing.assert_allclose(shape_of(volume.array[::-1]), shape_of(image().array), atol=5e-4)


def test_instance_uids_follow_the_slices(tmp_path):
    files = write_stack(tmp_path)
    volume = read(series_of(files[::-1]))
    assert list(volume.sop_instance_uids) == [pydicom.dcmread(file).SOPInstanceUID for file in files]


def test_identity_of_the_series_is_passed_on(tmp_path):
    series = series_of(write_stack(tmp_path), role="stir", stack="e2", station=2)
    volume = read(series)
    assert (volume.role, volume.stack, volume.station, volume.key) == ("stir", "e2", 2, "1.2.3.4#e2")
    assert volume.frame_of_reference_uid == pydicom.dcmread(series.files[0]).FrameOfReferenceUID


def test_stations_are_placed_in_one_frame(tmp_path):
    lower = tilted_affine()
    lower[:3, 3] -= 200 * np.array([0, 0, 1.0])
    files = write_study([image(station=1), image(station=2, affine=lower)], tmp_path)
    upper, below = read(series_of(files[:6])), read(series_of(files[6:]))
    assert upper.frame_of_reference_uid == below.frame_of_reference_uid
    np.testing.assert_allclose((upper.affine - below.affine)[:3, 3], [0, 0, 200], atol=1e-6)


def test_some_frames_of_a_multi_frame_object_make_a_stack(tmp_path):
    pair = [image("dixon_water", series="dixon"), image("dixon_fat", series="dixon")]
    pair[1].array[:] = pair[1].array[:, ::-1]
    files = write_study(pair, tmp_path, vendor="siemens_xa")
    assert len(files) == 1
    whole = series_of(files)
    assert refusal(whole).code == "duplicate_position"
    fat = series_of(files)
    fat = type(fat)(**{**fat.__dict__, "frames": whole.frames[6:]})
    np.testing.assert_allclose(shape_of(read(fat).array), shape_of(pair[1].array), atol=5e-4)


@pytest.mark.parametrize("vendor", ["siemens", "siemens_xa"])
def test_missing_slice_is_refused(tmp_path, vendor):
    files = write_stack(tmp_path, vendor=vendor, disorder=Disorder(missing={"t2-0": [3]}))
    error = refusal(series_of(files))
    assert error.code == "missing_slice"
    assert "between z=" in error.message


@pytest.mark.parametrize("vendor", ["siemens", "siemens_xa"])
def test_repeated_slice_with_equal_pixels_is_used_once(tmp_path, vendor):
    tidy = read(series_of(write_stack(tmp_path / "tidy", vendor=vendor)))
    files = write_stack(tmp_path / "twice", vendor=vendor, disorder=Disorder(repeated={"t2-0": [1, 4]}))
    volume = read(series_of(files))
    np.testing.assert_array_equal(volume.array, tidy.array)
    assert "2 slices are there twice" in volume.warnings[0].text


def test_two_different_slices_at_one_position_are_refused(tmp_path):
    files = write_stack(tmp_path, disorder=Disorder(repeated={"t2-0": [2]}))

    def brighter(dataset):
        dataset.PixelData = (dataset.pixel_array + 1).tobytes()

    edit(files[-1:], brighter)
    assert refusal(series_of(files)).code == "duplicate_position"


@pytest.mark.parametrize(("degrees", "outcome"), [(15, "quiet"), (24, "warned"), (38, "too_oblique")])
def test_tilt_is_judged_by_the_policy(tmp_path, degrees, outcome):
    series = series_of(write_study([image(affine=tilted_affine(degrees=degrees))], tmp_path))
    if outcome == "too_oblique":
        assert refusal(series).code == outcome
    else:
        warnings = read(series).warnings
        assert bool(warnings) == (outcome == "warned")


def test_another_policy_moves_the_limit(tmp_path):
    series = series_of(write_stack(tmp_path))
    policy = load_policy()
    strict = policy.images.model_copy(update={"oblique_warn_deg": 1.0, "oblique_refuse_deg": 3.0})
    assert refusal(series, policy=policy.model_copy(update={"images": strict})).code == "too_oblique"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: setattr(d, "PixelSpacing", [0.7, 0.9]), "mixed_spacing"),
        (lambda d: setattr(d, "ImageOrientationPatient", [1, 0, 0, 0, 1, 0]), "mixed_orientation"),
        (lambda d: setattr(d, "ImageOrientationPatient", [0, 0, 0, 0, 0, 0]), "mixed_orientation"),
        (lambda d: setattr(d, "FrameOfReferenceUID", "1.9"), "mixed_frame_of_reference"),
        (lambda d: delattr(d, "ImagePositionPatient"), "missing_position"),
        (lambda d: delattr(d, "PixelData"), "no_pixel_data"),
        (lambda d: setattr(d, "Rows", 47), "mixed_size"),
    ],
)
def test_one_odd_slice_is_named(tmp_path, change, code):
    files = write_stack(tmp_path)
    series = series_of(files)
    edit([files[2]], change)
    error = refusal(series)
    assert error.code == code
    assert pydicom.dcmread(files[2]).SOPInstanceUID in error.message


def test_rescale_may_differ_from_slice_to_slice(tmp_path):
    files = write_stack(tmp_path, vendor="hitachi")
    plain = read(series_of(files))
    values = [pydicom.dcmread(file).pixel_array.astype(int) for file in files]
    for index, file in enumerate(files):

        def change(dataset, index=index):
            dataset.RescaleSlope, dataset.RescaleIntercept = str(2.0 ** -(index % 4)), str(3 * index)
            dataset.PixelData = ((values[index] - 3 * index) * 2 ** (index % 4)).astype("<i2").tobytes()
            dataset.BitsStored, dataset.HighBit = 16, 15

        edit([file], change)
    np.testing.assert_array_equal(read(series_of(files)).array, plain.array)


def test_monochrome1_gives_the_same_volume(tmp_path):
    files = write_stack(tmp_path)
    plain = read(series_of(files))

    def invert(dataset):
        dataset.PixelData = (4095 - dataset.pixel_array).astype("<u2").tobytes()
        dataset.PhotometricInterpretation = "MONOCHROME1"

    edit(files, invert)
    np.testing.assert_array_equal(read(series_of(files)).array, plain.array)


def test_padding_becomes_the_smallest_signal(tmp_path):
    files = write_stack(tmp_path, vendor="hitachi")
    plain = read(series_of(files))

    def pad(dataset):
        values = dataset.pixel_array.copy()
        values[:, :5] = -2000
        dataset.PixelData = values.tobytes()
        dataset.add_new("PixelPaddingValue", "US", 63536)

    edit(files, pad)
    volume = read(series_of(files))
    np.testing.assert_array_equal(volume.array[:, :, 5:], plain.array[:, :, 5:])
    assert np.all(volume.array[:, :, :5] == plain.array[:, :, 5:].min())


def test_lossy_compression_is_mentioned(tmp_path):
    files = write_stack(tmp_path)
    edit(files, lambda dataset: setattr(dataset, "LossyImageCompression", "01"))
    assert "lossy" in read(series_of(files)).warnings[0].text


@pytest.mark.parametrize(
    "limits", [Limits(slices=5), Limits(voxels=1000), Limits(frame_pixels=1000), Limits(file_bytes=100)]
)
def test_sizes_beyond_the_limits_are_refused(tmp_path, limits):
    assert refusal(series_of(write_stack(tmp_path)), limits=limits).code in ("size_limit", "file_too_large")


def test_problem_found_by_the_scan_is_final(tmp_path):
    series = series_of(write_stack(tmp_path), problems=(Note(code="mixed_patients", text="Two patients share it."),))
    assert refusal(series).code == "mixed_patients"


def test_file_exchanged_since_the_scan_is_refused(tmp_path):
    files = write_stack(tmp_path)
    series = series_of(files)
    shutil.copy(files[0], files[1])
    assert refusal(series).code == "changed_file"


def test_file_gone_since_the_scan_is_refused(tmp_path):
    files = write_stack(tmp_path)
    series = series_of(files)
    files[3].unlink()
    error = refusal(series)
    assert error.code == "unreadable_file"
    assert "PHANTOM" not in error.message


@pytest.mark.parametrize("blank", [range(6), range(1, 6), [2]])
@pytest.mark.parametrize("value", [b"\0\0", b"\x07\0"])
def test_blank_images_are_refused(tmp_path, blank, value):
    files = write_stack(tmp_path)
    edit([files[i] for i in blank], lambda d: setattr(d, "PixelData", value * (len(d.PixelData) // 2)))
    assert refusal(series_of(files)).code == "blank_image"


def test_blank_slices_at_the_end_of_a_stack_are_read(tmp_path):
    files = sorted(write_stack(tmp_path), key=lambda f: float(pydicom.dcmread(f).ImagePositionPatient[0]))
    edit(files[:2], lambda d: setattr(d, "PixelData", bytes(len(d.PixelData))))
    assert read(series_of(files)).array.shape[0] == 6
