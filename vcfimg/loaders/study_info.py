"""Studies and series as they are reported: the ``study`` and ``series`` keys of ``result.json``."""

from pydantic import Field

from vcfimg.base import Model
from vcfimg.roles import Role
from vcfimg.series_id import OfSeries


class StudyInfo(Model):
    """Identifiers of the study."""

    study_instance_uid: str
    patient_id: str | None = None
    accession_number: str | None = None
    accession_numbers: tuple[str, ...] = ()
    """All of them, where the images carry several; empty where they agree."""
    study_date: str | None = None
    """ISO date, or None."""


class SeriesInfo(OfSeries):
    """One series (stack) and what became of it."""

    role: Role
    used: bool
    used_for: tuple[str, ...] = ()
    """What it was used for: heights, levels (a survey), edema, t1."""
    reason: str
    """Why it was used or not, as a sentence."""
    code: str | None = None
    """Stable code when refused (see the documentation's table of errors)."""
    plane: str | None = None
    obliquity_deg: float | None = None
    evidence: tuple[str, ...] = ()
    confidence: float | None = None
    conflict: str | None = None
    station: int | None = None
    description: str | None = None
    """SeriesDescription as found (hostile text: escape it)."""
    instances: int | None = None
    skipped_files: dict[str, int] = Field(default_factory=dict)
    """Files of this series that could not be used, counted by reason."""
