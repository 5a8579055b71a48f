"""The series that lies the wrong way round is left out, the others stay."""

from dataclasses import replace

import numpy as np
import pytest

from vcfimg.imaging.station_orientation import check_orientation
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study

Study = dict[str, Volume]


@pytest.fixture(scope="module")
def study() -> Study:
    volumes = make_study(SpineSpec(seed=7), roles=("t1", "t2", "stir"), slices=9).volumes
    return {role: replace(volume, series_instance_uid=f"1.2.{n}") for n, (role, volume) in enumerate(volumes.items())}


def refused(*volumes: Volume) -> dict[str, str]:
    return {key: note.code for key, note in check_orientation(volumes).refused.items()}


def prone(volume: Volume) -> Volume:
    affine = np.diag([-1, -1, 1, 1]) @ volume.geometry.affine
    return replace(volume, geometry=replace(volume.geometry, affine=affine))


def upside_down(volume: Volume) -> Volume:
    return replace(volume, array=volume.array[:, ::-1])


def test_nothing_is_refused_or_noted_of_a_study_as_acquired(study: Study) -> None:
    check = check_orientation(list(study.values()))
    assert not check.refused
    assert not check.notes


@pytest.mark.parametrize("role", ["t1", "t2", "stir"])
def test_one_series_with_wrong_positions_is_left_out_alone(study: Study, role: str) -> None:
    changed = study | {role: prone(study[role])}
    assert refused(*changed.values()) == {study[role].key: "orientation_contradicted"}


def test_study_registered_prone_is_refused_as_a_whole(study: Study) -> None:
    found = refused(*map(prone, study.values()))
    assert set(found.values()) == {"orientation_contradicted"}
    assert len(found) == 3


def test_pixels_turned_over_beside_the_reference(study: Study) -> None:
    changed = study | {"stir": upside_down(study["stir"])}
    assert refused(*changed.values()) == {study["stir"].key: "mirrored"}


def test_pixels_of_the_reference_turned_over(study: Study) -> None:
    changed = study | {"t2": upside_down(study["t2"])}
    assert list(refused(*changed.values())) == [study["t2"].key]


def test_images_that_show_no_way_round_are_noted(study: Study) -> None:
    noise = np.random.default_rng(1).normal(100, 10, study["t2"].shape).astype(np.float32)
    assert [note.code for note in check_orientation([replace(study["t2"], array=noise)]).notes] == [
        "orientation_unverified"
    ]
