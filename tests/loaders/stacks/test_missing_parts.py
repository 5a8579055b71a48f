"""Files that a series should have given: listed with their fault, and told."""

from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import encode, mr, uid, write_series
from tests.loaders.written_stacks import image
from vcfimg.loaders import choose_series, scan
from vcfimg.loaders.headers.fields import NAMES, SLOT
from vcfimg.loaders.headers.header_index import HeaderIndex
from vcfimg.loaders.stacks.missing_parts import lost_parts
from vcfimg.loaders.study import Study
from vcfimg.phantom.dicom import Vendor, write_study
from vcfimg.policy import load_policy


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def cut_within_header(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: data.find(b"\x28\x00\x10\x00US")])


def private(path: Path) -> None:
    change(path, lambda dataset: setattr(dataset, "SOPClassUID", "1.3.46.670589.11.0.0.12.77"))


def without_instance(path: Path) -> None:
    change(path, lambda dataset: dataset.pop("SOPInstanceUID"))


def change(path: Path, how: Callable[[Dataset], object]) -> None:
    dataset = pydicom.dcmread(path)
    how(dataset)
    dataset.save_as(path, enforce_file_format=False)


def only_study(folder: Path, **options: HeaderIndex) -> Study:
    (study,) = scan(folder, **options).studies
    return study


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (cut, "truncated"),
        (cut_within_header, "truncated"),
        (private, "private_sop_class"),
        (without_instance, "missing_identifiers"),
    ],
)
def test_series_of_skipped_files_is_there_and_unusable(
    tmp_path: Path, damage: Callable[[Path], None], code: str
) -> None:
    write_series(tmp_path, "t2")
    for path in write_series(tmp_path, "stir"):
        damage(path)
    choice = choose_series(only_study(tmp_path), policy=load_policy())
    (stir,) = [info for info in choice.series if info.role == "stir"]
    assert (stir.used, stir.code, stir.skipped_files) == (False, code, {code: 5})
    assert "None of its 5 files" in stir.reason
    assert "edema_contrast_unusable" in {note.code for note in choice.warnings}


def test_enhanced_series_without_functional_groups_is_listed(tmp_path: Path) -> None:
    (path,) = write_study([image("stir", inversion_time=160.0)], tmp_path, vendor=Vendor.PHILIPS_ENHANCED)

    def without_groups(dataset: Dataset) -> None:
        del dataset["SharedFunctionalGroupsSequence"], dataset["PerFrameFunctionalGroupsSequence"]

    change(path, without_groups)
    choice = choose_series(only_study(tmp_path), policy=load_policy())
    assert [info.code for info in choice.series] == ["frames_without_geometry"]
    assert choice.failure is not None


def test_false_deflated_syntax_leaves_the_series_listed(tmp_path: Path) -> None:
    for path in write_series(tmp_path, "stir"):
        data = path.read_bytes()
        old, new = b"1.2.840.10008.1.2.1\x00", b"1.2.840.10008.1.2.1.99"
        at = data.find(old)
        length = len(new).to_bytes(2, "little")
        path.write_bytes(data[: at - 2] + length + new + data[at + len(old) :])
    assert [series.role for series in only_study(tmp_path).series] == ["stir"]


def test_used_series_says_what_was_skipped(tmp_path: Path) -> None:
    for path in write_series(tmp_path, "t2", slices=12)[6:]:
        cut(path)
    choice = choose_series(only_study(tmp_path), policy=load_policy())
    (info,) = choice.series
    assert info.used
    assert info.skipped_files == {"truncated": 6}
    assert "6 of the 12 files of a series were skipped: 6 truncated" in info.reason
    assert [note.code for note in choice.warnings if note.code == "files_skipped"] == ["files_skipped"]


def test_second_echo_that_was_cut_off_is_a_stack_of_its_own(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", name="one", SeriesInstanceUID=uid("shared"))
    for path in write_series(tmp_path, "t2", name="two", SeriesInstanceUID=uid("shared"), EchoTime=30):
        cut(path)
    assert [bool(series.frames) for series in only_study(tmp_path).series] == [True, False]


def test_cut_copy_beside_a_whole_one_is_nothing_to_tell(tmp_path: Path) -> None:
    write_series(tmp_path, "t2")
    for path in write_series(tmp_path / "copy", "t2"):
        cut(path)
    (series,) = only_study(tmp_path).series
    assert not series.skipped


def test_index_remembers_unusable_images(tmp_path: Path) -> None:
    for path in write_series(tmp_path / "in", "stir"):
        cut(path)
    with HeaderIndex(tmp_path / "index") as index:
        first = only_study(tmp_path / "in", index=index)
        assert only_study(tmp_path / "in", index=index) == first


@pytest.mark.parametrize("spoil", [lambda data: data[:-100], lambda data: data])
def test_other_objects_make_no_series(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    dataset = mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.2", Modality="CT")
    (tmp_path / "ct").write_bytes(spoil(encode(dataset)))
    assert scan(tmp_path).studies == ()


def raw_part(number: int, total: int | None) -> tuple[str | None, ...]:
    values: list[str | None] = [None] * len(NAMES)
    values[SLOT["concatenation"]] = "1.2"
    values[SLOT["concatenation_part"]] = str(number)
    values[SLOT["concatenation_parts"]] = None if total is None else str(total)
    return tuple(values)


@pytest.mark.parametrize(
    ("parts", "told"), [([(1, 3), (2, 3)], 1), ([(1, None), (3, None)], 1), ([(1, 2), (2, 2)], 0), ([(1, None)], 0)]
)
def test_lost_parts_of_a_concatenation_are_told(parts: list[tuple[int, int | None]], told: int) -> None:
    notes = lost_parts(raw_part(*part) for part in parts)
    assert len(notes) == told
    assert all(note.code == "concatenation_incomplete" for note in notes)


def test_concatenation_numbers_are_read_from_files(tmp_path: Path) -> None:
    (path,) = write_study([image()], tmp_path, vendor=Vendor.PHILIPS_ENHANCED)

    def first_of_two(dataset: Dataset) -> None:
        dataset.ConcatenationUID, dataset.InConcatenationNumber, dataset.InConcatenationTotalNumber = "1.2.3", 1, 2

    change(path, first_of_two)
    choice = choose_series(only_study(tmp_path), policy=load_policy())
    assert "concatenation_incomplete" in {note.code for note in choice.warnings}
