from dataclasses import replace
from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.loaders import scan
from vcfimg.policy import load_policy
from vcfimg.roles import Role
from vcfimg.screening.axial import axial_t2


@pytest.fixture(scope="module")
def study(phantom: Phantom):
    """The phantom, its sagittal T2 said to be axial: what is chosen depends on the scan's word alone."""
    (found,) = scan([phantom.folder]).studies
    turned = tuple(replace(one, plane="axial") if one.role is Role.T2 else one for one in found.series)
    return replace(found, series=turned)


def frames(study) -> frozenset[str | None]:
    return frozenset(one.frame_of_reference_uid for one in study.series)


def test_axial_t2_is_read(study) -> None:
    (volume,) = axial_t2(study, load_policy(), frames(study))
    assert volume.role is Role.T2


def test_other_coordinates_are_left_out(study) -> None:
    assert axial_t2(study, load_policy(), frozenset({"1.2.3"})) == ()
    homeless = tuple(replace(one, header=replace(one.header, frame_of_reference_uid=None)) for one in study.series)
    assert axial_t2(replace(study, series=homeless), load_policy(), frozenset({None})) == ()


def test_what_cannot_be_read_costs_nothing(study, tmp_path: Path) -> None:
    lost = tuple(
        replace(one, frames=tuple(frame._replace(path=str(tmp_path / "gone")) for frame in one.frames))
        for one in study.series
    )
    assert axial_t2(replace(study, series=lost), load_policy(), frames(study)) == ()
