"""Axial T2 beside the sagittal series: shown to the reader, never measured."""

from typing import Final

from vcfimg.errors import LoadError
from vcfimg.loaders import read_volume
from vcfimg.loaders.study import Series, Study
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy
from vcfimg.roles import Role

MOST_STACKS: Final = 6
"""Stacks read: scanners angle one per disc, and a reader needs the lumbar ones."""


def axial_t2(study: Study, policy: Policy, frames: frozenset[str | None]) -> tuple[Volume, ...]:
    """Axial T2 stacks that share patient coordinates with the sagittal series; those that cannot be read are left out.

    Parameters
    ----------
    frames
        Frames of reference of the sagittal series that were used.
    """
    found = [series for series in study.series if _fits(series, frames)]
    volumes = []
    for series in found[:MOST_STACKS]:
        try:
            volumes.append(read_volume(series, policy=policy))
        except LoadError:
            continue  # it decides nothing; the list of series says what every stack is
    return tuple(volumes)


def _fits(series: Series, frames: frozenset[str | None]) -> bool:
    return (
        series.role is Role.T2
        and series.plane == "axial"
        and series.header.frame_of_reference_uid is not None
        and series.header.frame_of_reference_uid in frames
        and not series.problems
    )
