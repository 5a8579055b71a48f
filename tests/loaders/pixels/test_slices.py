import pydicom
import pytest

from tests.loaders.written_stacks import edit, image, write_stack
from vcfimg.errors import LoadError
from vcfimg.loaders.pixels.slices import slices_of


def refusal(file):
    with pytest.raises(LoadError) as caught:
        slices_of(pydicom.dcmread(file))
    return caught.value


@pytest.fixture
def file(tmp_path):
    return write_stack(tmp_path)[2]


def test_single_frame_gives_one_slice_where_it_was_written(file):
    (found,) = slices_of(pydicom.dcmread(file))
    assert found.position == pytest.approx(tuple(image().position(2)), abs=1e-6)
    assert found.orientation == pytest.approx(tuple(image().orientation), abs=1e-9)
    assert found.pixel_spacing == pytest.approx((0.7, 0.75))
    assert (found.rows, found.columns) == (48, 40)


def test_enhanced_frames_equal_single_ones(tmp_path):
    singles = [slices_of(pydicom.dcmread(file))[0] for file in write_stack(tmp_path / "single")]
    frames = slices_of(pydicom.dcmread(write_stack(tmp_path / "multi", vendor="siemens_xa")[0]))
    facts = ("position", "orientation", "pixel_spacing", "rows", "columns", "slope", "intercept", "declared_spacing")
    for single, frame in zip(singles, frames, strict=True):
        assert [getattr(single, fact) for fact in facts] == [getattr(frame, fact) for fact in facts]


def test_rescale_is_read_from_both_places(tmp_path):
    single = slices_of(pydicom.dcmread(write_stack(tmp_path / "single", vendor="philips")[0]))[0]
    frame = slices_of(pydicom.dcmread(write_stack(tmp_path / "multi", vendor="philips_enhanced")[0]))[0]
    assert single.slope == frame.slope != 1


@pytest.mark.parametrize(
    ("keyword", "value", "code"),
    [
        ("ImagePositionPatient", None, "missing_position"),
        ("ImagePositionPatient", ["1", "2"], "invalid_geometry"),
        ("ImagePositionPatient", "7", "invalid_geometry"),
        ("ImageOrientationPatient", None, "missing_geometry"),
        ("ImageOrientationPatient", ["1", "0", "0"], "invalid_geometry"),
        ("ImagePositionPatient", ["1e300", "0", "0"], "invalid_geometry"),
        ("PixelSpacing", None, "missing_geometry"),
        ("PixelSpacing", ["0.7"], "invalid_geometry"),
        ("Rows", None, "invalid_size"),
        ("RescaleSlope", "0", "invalid_rescale"),
        ("NumberOfFrames", "3", "missing_position"),
    ],
)
def test_missing_or_malformed_header_is_refused(file, keyword, value, code):
    def change(dataset):
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)

    edit([file], change)
    error = refusal(file)
    assert error.code == code
    assert pydicom.dcmread(file).SOPInstanceUID in error.message


@pytest.mark.parametrize("text", [b"nan", b"inf", b"1e999", b"x.yz"])
def test_position_that_is_no_number_is_refused(file, text):
    data = file.read_bytes()
    (element,) = pydicom.dcmread(file)["ImagePositionPatient"].value[:1]
    old = str(element).encode()
    assert data.count(old) == 1
    file.write_bytes(data.replace(old, text.ljust(len(old))))
    assert refusal(file).code in ("invalid_geometry", "damaged_header")


def test_modality_lut_is_refused_not_ignored(file):
    def change(dataset):
        table = pydicom.Dataset()
        table.ModalityLUTType = "US"
        dataset.ModalityLUTSequence = [table]

    edit([file], change)
    assert refusal(file).code == "modality_lut"


def test_frame_without_its_group_is_refused(tmp_path):
    file = write_stack(tmp_path, vendor="siemens_xa")[0]
    edit([file], lambda dataset: dataset.PerFrameFunctionalGroupsSequence.pop())
    with pytest.raises(LoadError) as caught:
        slices_of(pydicom.dcmread(file), [5])
    assert caught.value.code == "missing_frame"


@pytest.mark.parametrize("value", ["1e300", "0", "-4"])
def test_impossible_declared_spacing_is_not_compared(file, value):
    edit([file], lambda dataset: setattr(dataset, "SpacingBetweenSlices", value))
    assert slices_of(pydicom.dcmread(file))[0].declared_spacing is None
