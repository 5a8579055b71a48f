from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.loaders.written_stacks import edit, image, write_stack
from vcfimg.loaders import choose_series, scan
from vcfimg.loaders.study import Series
from vcfimg.phantom.dicom import write_study
from vcfimg.phantom.dicom_vendor import STYLES, Vendor
from vcfimg.policy import load_policy

SINGLE = [vendor for vendor in Vendor if not STYLES[vendor].enhanced]
ENHANCED = [vendor for vendor in Vendor if STYLES[vendor].enhanced]


def series(folder: Path) -> tuple[Series, ...]:
    (study,) = scan(folder).studies
    return study.series


@pytest.mark.parametrize("vendor", ENHANCED)
def test_multi_frame_gives_the_positions_of_single_frames(tmp_path: Path, vendor: Vendor) -> None:
    write_stack(tmp_path / "single", vendor=SINGLE[0])
    write_stack(tmp_path / "multi", vendor=vendor)
    (single,), (multi,) = series(tmp_path / "single"), series(tmp_path / "multi")
    assert len({frame.path for frame in multi.frames}) == 1
    assert sorted(frame.frame for frame in multi.frames if frame.frame is not None) == list(range(6))
    for one, other in zip(single.frames, multi.frames, strict=True):
        assert other.position == pytest.approx(one.position, abs=1e-4)


@pytest.mark.parametrize("vendor", list(Vendor))
def test_every_vendor_style_is_recognised(tmp_path: Path, vendor: Vendor) -> None:
    images = [
        image("t1", repetition_time=600.0, echo_time=10.0),
        image("t2", repetition_time=3500.0, echo_time=100.0),
        image("stir", repetition_time=4000.0, echo_time=60.0, inversion_time=160.0),
    ]
    write_study(images, tmp_path, vendor=vendor, localizer=True)
    (study,) = scan(tmp_path).studies
    choice = choose_series(study, policy=load_policy())
    assert [found.role for found in choice.used] == ["t1", "t2", "stir"]
    assert all(found.conflict is None for found in choice.series if found.used)


def test_inversion_time_filler_is_ignored(tmp_path: Path) -> None:
    (path,) = write_stack(tmp_path, vendor=ENHANCED[0])

    def fill(dataset: Dataset) -> None:
        modifier = Dataset()
        modifier.InversionRecovery = "NO"
        modifier.InversionTimes = [0.0, 1.797e308]
        dataset.SharedFunctionalGroupsSequence[0].MRModifierSequence = pydicom.Sequence([modifier])

    edit([path], fill)
    (found,) = series(tmp_path)
    assert found.header.inversion_time is None
    assert found.role == "t2"


def test_stacks_in_one_multi_frame_file_are_told_apart(tmp_path: Path) -> None:
    (path,) = write_stack(tmp_path, vendor=ENHANCED[0])

    def two_types(dataset: Dataset) -> None:
        for index, groups in enumerate(dataset.PerFrameFunctionalGroupsSequence):
            item = Dataset()
            item.FrameType = ["DERIVED", "PRIMARY", "DIXON", "WATER" if index % 2 else "FAT"]
            groups.MRImageFrameTypeSequence = pydicom.Sequence([item])
        shared = dataset.SharedFunctionalGroupsSequence[0]
        if "MRImageFrameTypeSequence" in shared:
            del shared.MRImageFrameTypeSequence

    edit([path], two_types)
    found = series(tmp_path)
    assert {stack.stack: stack.role for stack in found} == {"water": "dixon_water", "fat": "dixon_fat"}
    assert [len(stack.frames) for stack in found] == [3, 3]


def test_multi_frame_without_positions_is_left_aside(tmp_path: Path) -> None:
    (path,) = write_stack(tmp_path, vendor=ENHANCED[0])

    def lose(dataset: Dataset) -> None:
        for groups in dataset.PerFrameFunctionalGroupsSequence:
            del groups.PlanePositionSequence

    edit([path], lose)
    assert scan(tmp_path).counts() == {"frames_without_geometry": 1}


def test_fewer_groups_than_frames_is_left_aside(tmp_path: Path) -> None:
    (path,) = write_stack(tmp_path, vendor=ENHANCED[0])
    edit([path], lambda dataset: dataset.PerFrameFunctionalGroupsSequence.pop())
    assert scan(tmp_path).counts() == {"frames_without_geometry": 1}


def test_cut_multi_frame_file_is_truncated(tmp_path: Path) -> None:
    (path,) = write_stack(tmp_path, vendor=ENHANCED[0])
    path.write_bytes(path.read_bytes()[:-100])
    assert scan(tmp_path).counts() == {"truncated": 1}
