"""Clinical records and level corrections of a run, assigned to its studies."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipelines.level_file import Corrections, read_corrections
from vcfimg.base import Note
from vcfimg.clinical import ClinicalInputs, RecordError, Unread, match, read_clinical
from vcfimg.clinical.record_matching import Unmatched
from vcfimg.loaders.study_info import StudyInfo

DANGER_UNASSIGNED: Final = "danger_unassigned"
"""Code of the problem that a record states a danger of a patient nobody can tell."""

NO_PATIENTS: Final = "no_patients"
"""Code of the problem that a file of clinical facts holds no record."""


@dataclass(frozen=True)
class AssignedRecords:
    """What people say about the studies of a run.

    ``unmatched`` are records of no study of the run, ``errors`` refused ones, and ``problems`` all that could not be
    used, as it is listed in the output (it may name patients there, never in a log).
    """

    clinical: Mapping[str, ClinicalInputs] = field(default_factory=dict)
    levels: Corrections = field(default_factory=dict)
    unmatched: tuple[Unmatched, ...] = ()
    errors: tuple[RecordError, ...] = ()
    problems: tuple[Note, ...] = ()
    unread: tuple[Unread, ...] = ()
    """What the records hold and nothing uses."""
    dangers_only: frozenset[str] = frozenset()
    """Studies for which no record counts, only dangers of records that may be theirs."""

    @property
    def failed(self) -> bool:
        """Whether a record was refused, or the clinical file holds none: whoever names one expects it to say something.

        Records of other studies are not a failure.
        """
        return bool(self.errors) or any(problem.code == NO_PATIENTS for problem in self.problems)


def assign_records(
    clinical_file: Path | None,
    levels_file: Path | None,
    studies: Sequence[StudyInfo],
    *,
    window_days: int,
    as_of: datetime.date,
) -> AssignedRecords:
    """Read both files and assign their records.

    ``window_days`` is the policy's ``facts.record_window_days``, ``as_of`` the decision date.

    Raises
    ------
    ClinicalInputError, CorrectionsError
        When a file as a whole cannot be read.
    """
    levels = read_corrections(levels_file) if levels_file else {}
    known = {study.study_instance_uid for study in studies}
    problems = [
        Note(code="corrections_unmatched", text=f"level corrections for a study that is not in this run: {uid}")
        for uid in levels
        if uid not in known
    ]
    if clinical_file is None:
        return AssignedRecords(levels=levels, problems=tuple(problems))
    read = read_clinical(clinical_file, as_of=as_of)
    matches = match(read.records, studies, window_days=window_days)
    errors = (*read.errors, *matches.errors(clinical_file.name))
    unmatched = [one.to_error(clinical_file.name) for one in matches.unmatched]
    # A danger that could be anybody's comes first: somebody must find the patient.
    problems[:0] = [_problem(error.code, error) for error in errors if error.code == DANGER_UNASSIGNED]
    problems += [_problem(error.code, error) for error in errors if error.code != DANGER_UNASSIGNED]
    problems += [_problem("clinical_record_unmatched", error) for error in unmatched]
    if not read.records:
        problems.append(Note(code=NO_PATIENTS, text=f"{clinical_file.name}: holds no patient record"))
    return AssignedRecords(
        matches.by_study, levels, matches.unmatched, errors, tuple(problems), read.unread, matches.dangers_only
    )


def _problem(code: str, error: RecordError) -> Note:
    patient = error.patient or "no identifier"
    return Note(code=code, text=f"{error.file}, {patient}, {error.field}: {error.message}")
