"""Facts that are read from the MRI: where it is too old, only a newer one settles them (SR7)."""

from typing import Final

from vcfimg.recommendation.gates.gate import GateCase

NEWER_MRI: Final = "study_date"
"""Stands in the missing list before what is read from an MRI that is too old."""


def from_mri(case: GateCase, name: str) -> tuple[str, ...]:
    """Paths of a missing fact that a reader takes from the images of this level."""
    path = f"{case.level.path}.{name}"
    return (NEWER_MRI, path) if case.patient.mri_stale else (path,)
