"""Every encoding gives the values that were written; every lie about them is refused before anything is decoded."""

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pydicom
import pytest
from pydicom.encaps import encapsulate

from tests.loaders.written_stacks import edit, write_stack
from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.dataset import read_dataset
from vcfimg.loaders.pixels.pixel_format import pixel_format
from vcfimg.loaders.pixels.pixel_values import decode
from vcfimg.loaders.pixels.size_limits import DEFAULT_LIMITS, Limits

HTJ2K = Path(__file__).parent / "data" / "htj2k_64x64.j2c"
"""A 64 x 64 image of 16 bits written by OpenHTJ2K; its values are those of :func:`htj2k_values`."""


def htj2k_values():
    r, c = np.mgrid[:64, :64]
    return r * 40 + c * 20 + (r * c) % 23


def values_of(file, limits=DEFAULT_LIMITS):
    dataset = read_dataset(file)
    (values,) = decode(dataset, [0], pixel_format(dataset, limits))
    return values


def refusal(file, limits=DEFAULT_LIMITS):
    with pytest.raises(LoadError) as caught:
        values_of(file, limits)
    return caught.value


@pytest.fixture
def file(tmp_path):
    return write_stack(tmp_path / "plain")[0]


def set_values(file, values, **facts):
    """Write `values` (any integer or float dtype) natively into a file."""

    def change(dataset):
        for keyword, value in facts.items():
            setattr(dataset, keyword, value)
        dataset.Rows, dataset.Columns = values.shape
        if values.dtype.kind == "f":
            del dataset.PixelData, dataset.PixelRepresentation, dataset.BitsStored, dataset.HighBit
            dataset.BitsAllocated = values.dtype.itemsize * 8
            setattr(dataset, "FloatPixelData" if values.itemsize == 4 else "DoubleFloatPixelData", values.tobytes())
        else:
            dataset.BitsAllocated = values.dtype.itemsize * 8
            dataset.PixelRepresentation = int(values.dtype.kind == "i")
            dataset.PixelData = values.tobytes()
            dataset["PixelData"].VR = "OB" if values.itemsize == 1 else "OW"

    edit([file], change)


@pytest.mark.parametrize("vendor", ["siemens", "hitachi", "ge"])
@pytest.mark.parametrize("encoding", ["implicit", "big_endian", "deflated", "rle", "jpeg_ls", "jpeg_2000"])
def test_encodings_give_the_uncompressed_values(tmp_path, vendor, encoding):
    plain = values_of(write_stack(tmp_path / "a", vendor=vendor)[0])
    assert np.ptp(plain) > 500
    np.testing.assert_array_equal(values_of(write_stack(tmp_path / "b", vendor=vendor, encoding=encoding)[0]), plain)


@pytest.mark.parametrize("vendor", ["siemens", "hitachi", "ge"])
@pytest.mark.parametrize("syntax", ["JPEGLosslessProcess14", "JPEGLosslessProcess14_1"])
def test_jpeg_lossless_gives_the_uncompressed_values(tmp_path, vendor, syntax):
    gdcm = pytest.importorskip("gdcm", reason="gdcm writes the JPEG lossless file")
    plain = write_stack(tmp_path, vendor=vendor)[0]
    reader = gdcm.ImageReader()
    reader.SetFileName(str(plain))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, syntax)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    packed = tmp_path / "packed.dcm"
    writer.SetFileName(str(packed))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    assert pydicom.dcmread(packed).file_meta.TransferSyntaxUID.is_compressed
    np.testing.assert_array_equal(values_of(packed), values_of(plain))


def test_high_throughput_jpeg2000_gives_its_values(file):
    def change(dataset):
        dataset.Rows = dataset.Columns = 64
        dataset.BitsStored, dataset.HighBit = 16, 15
        dataset.PixelData = encapsulate([HTJ2K.read_bytes()])
        dataset["PixelData"].VR = "OB"
        dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.201"

    edit([file], change)
    np.testing.assert_array_equal(values_of(file), htj2k_values())


def test_lossy_baseline_jpeg_is_read(file):
    smooth = np.add.outer(np.arange(48) * 2, np.arange(40) * 3).astype(np.uint8)
    packed = io.BytesIO()
    PIL.Image.fromarray(smooth).save(packed, "JPEG", quality=98)

    def change(dataset):
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        dataset.PixelData = encapsulate([packed.getvalue()])
        dataset["PixelData"].VR = "OB"
        dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"

    edit([file], change)
    np.testing.assert_allclose(values_of(file), smooth, atol=4)


@pytest.mark.parametrize("dtype", ["u1", "i1", "<u2", "<i2", "<u4", "<i4"])
def test_integer_pixels_of_any_width_are_exact(file, dtype):
    edge = np.iinfo(dtype)
    values = np.linspace(edge.min, edge.max, 48 * 40).astype(np.dtype(dtype)).reshape(48, 40)
    bits = values.itemsize * 8
    set_values(file, values, BitsStored=bits, HighBit=bits - 1)
    np.testing.assert_array_equal(values_of(file), values.astype(np.int64))


def test_odd_length_8_bit_image_in_big_endian_words(tmp_path):
    file = write_stack(tmp_path, encoding="big_endian")[0]
    values = np.arange(15 * 17, dtype=np.uint8).reshape(15, 17)
    dataset = pydicom.dcmread(file)
    dataset.Rows, dataset.Columns = values.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
    words = np.frombuffer(values.tobytes() + b"\0", dtype="<u2").byteswap().tobytes()
    dataset.PixelData = words
    dataset["PixelData"].VR = "OW"
    dataset.save_as(file)
    np.testing.assert_array_equal(values_of(file), values)


@pytest.mark.parametrize("dtype", ["<f4", "<f8"])
def test_float_pixels_are_read(file, dtype):
    values = np.linspace(-1, 3, 48 * 40).astype(dtype).reshape(48, 40)
    set_values(file, values)
    np.testing.assert_array_equal(values_of(file), values.astype(np.float64))


def test_value_in_the_upper_bits_is_shifted_down(file):
    values = (np.arange(48 * 40, dtype="<u2") % 4096).reshape(48, 40)
    set_values(file, values << 4, BitsStored=12, HighBit=15)
    np.testing.assert_array_equal(values_of(file), values)


def test_negative_values_without_sign_extension_are_extended(file):
    values = (np.arange(48 * 40, dtype="<i2") % 4096 - 2048).reshape(48, 40)
    set_values(file, values & 0x0FFF, BitsStored=12, HighBit=11)
    np.testing.assert_array_equal(values_of(file), values)


def test_overlay_bits_are_cut_off(file):
    values = (np.arange(48 * 40, dtype="<u2") % 4096).reshape(48, 40)
    set_values(file, values | 0x8000, BitsStored=12, HighBit=11)

    def overlay(dataset):
        dataset.add_new((0x6000, 0x0100), "US", 16)
        dataset.add_new((0x6000, 0x0102), "US", 15)

    edit([file], overlay)
    np.testing.assert_array_equal(values_of(file), values)


def test_values_beyond_bits_stored_are_refused_rather_than_wrapped(file):
    values = np.full((48, 40), 5000, dtype="<u2")
    set_values(file, values, BitsStored=12, HighBit=11)
    assert refusal(file).code == "unused_bits"


def test_impossible_high_bit_is_ignored(file):
    plain = values_of(file)
    edit([file], lambda dataset: setattr(dataset, "HighBit", 3))
    np.testing.assert_array_equal(values_of(file), plain)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"Rows": 0}, "invalid_size"),
        ({"Rows": 65535, "Columns": 65535}, "size_limit"),
        ({"NumberOfFrames": "2147483647"}, "size_limit"),
        ({"NumberOfFrames": "-3"}, "invalid_size"),
        ({"Rows": 49}, "truncated_pixel_data"),
        ({"Rows": 47}, "size_mismatch"),
        ({"Columns": 39}, "size_mismatch"),
        ({"BitsAllocated": 32}, "truncated_pixel_data"),
        ({"BitsAllocated": 12}, "unsupported_bits"),
        ({"BitsStored": 17}, "unsupported_bits"),
        ({"BitsStored": 0}, "invalid_size"),
        ({"SamplesPerPixel": 3}, "not_monochrome"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "not_monochrome"),
        ({"PixelData": b""}, "no_pixel_data"),
        ({"FloatPixelData": bytes(4 * 48 * 40)}, "no_pixel_data"),
    ],
)
def test_lying_description_is_refused(file, facts, code):
    def change(dataset):
        for keyword, value in facts.items():
            setattr(dataset, keyword, value)

    edit([file], change)
    assert refusal(file).code == code


@pytest.mark.parametrize("encoding", ["jpeg_ls", "jpeg_2000", "rle"])
def test_compressed_frame_of_another_size_is_refused(tmp_path, encoding):
    file = write_stack(tmp_path, encoding=encoding)[0]
    edit([file], lambda dataset: setattr(dataset, "Rows", 96))
    assert refusal(file).code in ("size_mismatch", "damaged_pixel_data")


def test_claimed_codestream_size_is_checked_before_decoding(tmp_path):
    file = write_stack(tmp_path, encoding="jpeg_2000")[0]
    data = file.read_bytes()
    place = data.index(b"\xff\x4f\xff\x51") + 8
    file.write_bytes(data[:place] + (60000).to_bytes(4, "big") * 2 + data[place + 8 :])
    error = refusal(file)
    assert error.code == "size_mismatch"
    assert "60000 x 60000" in error.message
    assert pydicom.dcmread(file).SOPInstanceUID in error.message


@pytest.mark.parametrize("encoding", ["explicit", "rle", "jpeg_ls", "jpeg_2000"])
@pytest.mark.parametrize("cut", [1, 50, 300])
def test_truncated_file_is_refused(tmp_path, encoding, cut):
    file = write_stack(tmp_path, encoding=encoding)[0]
    # The sequence delimiter of compressed pixel data takes the last eight bytes.
    file.write_bytes(file.read_bytes()[: -cut - (0 if encoding == "explicit" else 8)])
    assert refusal(file).code in ("truncated_pixel_data", "truncated_file")


def test_unknown_compression_is_named(tmp_path):
    file = write_stack(tmp_path, encoding="jpeg_ls")[0]
    edit([file], lambda dataset: setattr(dataset.file_meta, "TransferSyntaxUID", "1.2.840.10008.1.2.4.100"))
    error = refusal(file)
    assert error.code == "unsupported_transfer_syntax"
    assert "1.2.840.10008.1.2.4.100" in error.message


def test_size_limits_can_be_tightened(file):
    assert refusal(file, Limits(frame_pixels=1000)).code == "size_limit"


def test_frame_that_is_not_there_is_refused(tmp_path):
    dataset = read_dataset(write_stack(tmp_path, vendor="siemens_xa")[0])
    with pytest.raises(LoadError) as caught:
        list(decode(dataset, [6], pixel_format(dataset)))
    assert caught.value.code == "missing_frame"


def test_message_names_the_instance_and_not_the_patient(file):
    edit([file], lambda dataset: setattr(dataset, "Rows", 0))
    message = refusal(file).message
    assert pydicom.dcmread(file).SOPInstanceUID in message
    assert "PHANTOM" not in message
