from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import uid, write_series
from vcfimg.loaders import choose_series, scan
from vcfimg.loaders.study import Series
from vcfimg.policy import load_policy

M = ["ORIGINAL", "PRIMARY", "M"]


def alternate(*variants: dict[str, Any]) -> Callable[[Dataset, int], None]:
    """A change that gives the slices the variants in turn; None removes an element."""

    def change(dataset: Dataset, number: int) -> None:
        for keyword, value in variants[number % len(variants)].items():
            if value is None:
                delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value)

    return change


def stacks(folder: Path) -> tuple[Series, ...]:
    (study,) = scan(folder).studies
    return study.series


@pytest.mark.parametrize(
    "variants",
    [
        ({"ImageType": M}, {"ImageType": [*M, "FILTERED"]}),
        ({"ImageType": [*M, "NONE"]}, {"ImageType": [*M, "FILTERED"]}),
        ({"ImageType": M}, {"ImageType": [*M, "A"]}, {"ImageType": [*M, "B"]}),
        ({"EchoTime": 60}, {"EchoTime": 60.4}),
        ({"EchoTime": 60}, {"EchoTime": None}),
        ({"InversionTime": 160}, {"InversionTime": None}),
    ],
)
@pytest.mark.parametrize("slices", [8, 9])
def test_halves_that_differ_in_a_trifle_are_one_stack(
    tmp_path: Path, variants: tuple[dict[str, Any], ...], slices: int
) -> None:
    write_series(tmp_path, "stir", slices=slices, SeriesDescription="x", change=alternate(*variants))
    (series,) = stacks(tmp_path)
    assert series.stack is None
    assert series.problems == ()
    assert len(series.frames) == slices
    assert (series.role, series.header.inversion_time) == ("stir", 160)
    xs = [frame.position[0] for frame in series.frames if frame.position]
    assert xs == sorted(xs, reverse=True)


def test_one_odd_slice_is_no_stack_of_its_own(tmp_path: Path) -> None:
    write_series(tmp_path, change=lambda d, number: setattr(d, "ImageType", [*M, "X"] if number == 2 else M))
    assert [len(series.frames) for series in stacks(tmp_path)] == [5]


def test_a_slice_that_one_half_lacks_is_missed(tmp_path: Path) -> None:
    paths = write_series(tmp_path, slices=9, change=alternate({"EchoTime": 100}, {"EchoTime": 100.5}))
    paths[3].unlink()
    (study,) = scan(tmp_path).studies
    assert [info.code for info in choose_series(study, policy=load_policy()).series] == ["missing_slice"]


def test_package_with_one_slice_acquired_again_stays_whole(tmp_path: Path) -> None:
    paths = write_series(tmp_path, slices=9, change=alternate({"AcquisitionNumber": 1}, {"AcquisitionNumber": 2}))
    again = alternate({"SOPInstanceUID": "1.2.3", "AcquisitionNumber": 2})
    write_series(tmp_path / "again", slices=5, change=again, SeriesInstanceUID=uid(uid("study"), "series", "t2"))
    for path in paths[:4]:
        (tmp_path / "again" / "t2" / path.name).unlink()
    (series,) = stacks(tmp_path)
    assert len(series.frames) == 10


@pytest.mark.parametrize(
    "variants",
    [
        ({"ImageType": [*M, "ND"]}, {"ImageType": [*M, "DIS2D"]}),
        ({"ImageType": [*M, "A", "B", "C"]}, {"ImageType": M}),
        ({"EchoTime": 90}, {"EchoTime": 110}),
    ],
)
def test_doubtful_halves_are_refused_by_name(tmp_path: Path, variants: tuple[dict[str, Any], ...]) -> None:
    write_series(tmp_path, slices=9, change=alternate(*variants))
    (study,) = scan(tmp_path).studies
    choice = choose_series(study, policy=load_policy())
    assert [info.code for info in choice.series] == ["interleaved_stacks"] * 2
    assert choice.failure is not None


def test_two_contrasts_that_alternate_are_two_stacks(tmp_path: Path) -> None:
    t1 = {"RepetitionTime": 600, "EchoTime": 10, "SeriesDescription": "sag"}
    t2 = {"RepetitionTime": 3500, "EchoTime": 100, "SeriesDescription": "sag"}
    write_series(tmp_path, slices=10, change=alternate(t1, t2))
    assert [(series.role, series.problems) for series in stacks(tmp_path)] == [("t1", ()), ("t2", ())]


def test_echoes_at_the_same_positions_are_never_joined(tmp_path: Path) -> None:
    for number, echo in enumerate((100, 100.5)):
        write_series(tmp_path, name=f"echo{number}", SeriesInstanceUID="1.2.3", EchoTime=echo)
    assert [(len(series.frames), series.problems) for series in stacks(tmp_path)] == [(5, ())] * 2


def test_stations_whose_slices_alternate_are_never_joined(tmp_path: Path) -> None:
    def station(dataset: Dataset, number: int) -> None:
        x, y, z = dataset.ImagePositionPatient
        dataset.ImageType = [*M, "LOW" if number % 2 else "HIGH"]
        dataset.ImagePositionPatient = [x, y, z - 250 * (number % 2)]

    write_series(tmp_path, slices=10, change=station)
    assert [(len(series.frames), series.problems) for series in stacks(tmp_path)] == [(5, ())] * 2
