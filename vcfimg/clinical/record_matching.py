"""Which record of clinical facts belongs to which study."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from vcfimg.clinical.dangers import dangers_of, has_danger, union_of_dangers
from vcfimg.clinical.inputs import IDENTIFIERS, ClinicalInputs
from vcfimg.clinical.record import IDENTIFIERS_BY_USE, RecordError

DEFAULT_WINDOW_DAYS: Final = 60
"""A record with only a patient id applies to studies this close to its dates (design choice; the policy may differ)."""


class StudyIdentifiers(Protocol):
    """What matching needs to know of a study; :class:`vcfimg.result.StudyInfo` has it."""

    @property
    def study_instance_uid(self) -> str:
        """StudyInstanceUID (0020,000D)."""

    @property
    def patient_id(self) -> str | None:
        """PatientID (0010,0020)."""

    @property
    def accession_number(self) -> str | None:
        """AccessionNumber (0008,0050)."""

    @property
    def study_date(self) -> str | None:
        """ISO date of the study, or None."""


@dataclass(frozen=True)
class Unmatched:
    """A record that was not used, or not fully, and why.

    ``code`` is ``no_identifier``, ``no_study`` (no identifier is known in this run), ``identifiers_disagree``,
    ``outside_window``, ``ambiguous`` or ``several_records``; ``field`` names the fact that would settle it.
    """

    record: ClinicalInputs
    code: str
    field: str
    message: str
    study_instance_uids: tuple[str, ...] = ()
    """Studies it could have belonged to."""

    def to_error(self, file: str) -> RecordError:
        """The entry of ``errors[]``."""
        patient = next((value for name in IDENTIFIERS_BY_USE if (value := getattr(self.record, name))), None)
        return RecordError(file, patient, self.field, self.message)


@dataclass(frozen=True)
class Matches:
    """The outcome of :func:`match`.

    Parameters
    ----------
    by_study
        StudyInstanceUID to the facts that apply. Where records were refused, a refused record with their dangers.
    unmatched
        Records that belong to no study of this run; to be listed, not an error.
    refused
        Records that could not be assigned safely (``ambiguous``, ``several_records``); an error each.
    """

    by_study: Mapping[str, ClinicalInputs]
    unmatched: tuple[Unmatched, ...] = ()
    refused: tuple[Unmatched, ...] = ()

    def errors(self, file: str) -> tuple[RecordError, ...]:
        """``refused`` as entries of ``errors[]``."""
        return tuple(one.to_error(file) for one in self.refused)


@dataclass
class _Claims:
    """Records that claim one study."""

    accepted: list[ClinicalInputs] = field(default_factory=list)
    dangers: list[ClinicalInputs] = field(default_factory=list)


def match(
    records: Sequence[ClinicalInputs],
    studies: Sequence[StudyIdentifiers],
    *,
    window_days: int = DEFAULT_WINDOW_DAYS,
) -> Matches:
    """Assign records to studies.

    All identifiers that a record gives must agree with the study; an empty one never matches. A record with only a
    patient id applies to studies within ``window_days`` of one of its dates (VAS, examination). When the record or
    the study has no date, it applies only if that patient has one study in the run; else it is refused as ambiguous.
    Different records for one study are all refused. Of a refused record the dangers (G1-G5) still apply to every study
    it may belong to.

    Parameters
    ----------
    records
        As read from one or more files.
    studies
        All studies of the run, each UID once.
    window_days
        From the policy.
    """
    index = _Index(studies)
    claims: dict[str, _Claims] = {study.study_instance_uid: _Claims() for study in studies}
    unmatched: list[Unmatched] = []
    refused: list[Unmatched] = []
    for record in records:
        found = _studies_of(record, index, window_days)
        if isinstance(found, Unmatched):
            (refused if found.code == "ambiguous" else unmatched).append(found)
            for uid in found.study_instance_uids if found.code == "ambiguous" else ():
                claims[uid].dangers.append(record)
        else:
            for study in found:
                claims[study.study_instance_uid].accepted.append(record)
    by_study: dict[str, ClinicalInputs] = {}
    conflicts: dict[int, tuple[ClinicalInputs, list[str]]] = {}
    for uid, claim in claims.items():
        distinct = list({_facts(record): record for record in claim.accepted}.values())
        if len(distinct) > 1:
            for record in claim.accepted:
                conflicts.setdefault(id(record), (record, []))[1].append(uid)
        facts = _combined(distinct, claim.dangers)
        if facts is not None:
            by_study[uid] = facts
    refused.extend(_several_records(record, uids) for record, uids in conflicts.values())
    return Matches(by_study, tuple(unmatched), tuple(refused))


class _Index:
    """Studies by each of their identifiers, so that matching is linear."""

    def __init__(self, studies: Iterable[StudyIdentifiers]) -> None:
        self._by_value: dict[tuple[str, str], list[StudyIdentifiers]] = {}
        for study in studies:
            for name in IDENTIFIERS:
                value = (getattr(study, name) or "").strip()
                if value:
                    self._by_value.setdefault((name, value), []).append(study)

    def having(self, name: str, value: str) -> list[StudyIdentifiers]:
        """Studies whose identifier ``name`` is ``value``."""
        return self._by_value.get((name, value), [])


def _studies_of(record: ClinicalInputs, index: _Index, window_days: int) -> list[StudyIdentifiers] | Unmatched:
    given = {name: value for name in IDENTIFIERS if (value := getattr(record, name))}
    if not given:
        return Unmatched(record, "no_identifier", "patient_id", "the record has no identifier, so it matches no study")
    having = [index.having(name, value) for name, value in given.items()]
    shared = set.intersection(*({study.study_instance_uid for study in some} for some in having))
    agreeing = [study for study in having[0] if study.study_instance_uid in shared]
    if not agreeing:
        if any(having):
            unknown = [name for name, some in zip(given, having, strict=True) if not some]
            disagreeing = (unknown or list(given))[-1]
            message = "not all identifiers of the record agree with one study"
            return Unmatched(record, "identifiers_disagree", disagreeing, message)
        return Unmatched(record, "no_study", next(iter(given)), "no study of this run has this identifier")
    return agreeing if set(given) != {"patient_id"} else _within_window(record, agreeing, window_days)


def _within_window(
    record: ClinicalInputs, studies: list[StudyIdentifiers], window_days: int
) -> list[StudyIdentifiers] | Unmatched:
    """Studies of the patient that a record with only a patient id applies to."""
    dates = [date for date in (record.pain_vas_date, record.exam_date) if date is not None]
    uids = tuple(study.study_instance_uid for study in studies)
    if not dates:
        if len(studies) == 1:
            return studies
        message = f"the record has no date and the patient has {len(studies)} studies; give the study or a date"
        return Unmatched(record, "ambiguous", "study_instance_uid", message, uids)
    study_dates = [_date(study.study_date) for study in studies]
    near = [
        study
        for study, date in zip(studies, study_dates, strict=True)
        if date is not None and any(abs((date - own).days) <= window_days for own in dates)
    ]
    if near:
        return near
    if len(studies) == 1 and study_dates == [None]:
        return studies
    if None in study_dates:
        undated = tuple(uid for uid, date in zip(uids, study_dates, strict=True) if date is None)
        message = "a study of this patient has no date, so the record cannot be assigned by date; give the study"
        return Unmatched(record, "ambiguous", "study_instance_uid", message, undated)
    message = f"no study of this patient lies within {window_days} days of the record's dates"
    return Unmatched(record, "outside_window", "pain_vas_date" if record.pain_vas_date else "exam_date", message, uids)


def _combined(accepted: list[ClinicalInputs], dangers: list[ClinicalInputs]) -> ClinicalInputs | None:
    """The facts of one study from the distinct records that claim it and the dangers that may concern it."""
    harmful = [record for record in dangers if has_danger(record)]
    if len(accepted) == 1 and not harmful:
        return accepted[0]
    parts = [dangers_of(record) for record in (*accepted, *harmful)]
    if not parts:
        return None
    kept = parts[0]
    for part in parts[1:]:
        kept = union_of_dangers(kept, part)
    return kept


def _several_records(record: ClinicalInputs, uids: list[str]) -> Unmatched:
    message = f"several different records apply to {len(uids)} {'study' if len(uids) == 1 else 'studies'}; give one"
    return Unmatched(record, "several_records", "study_instance_uid", message, tuple(uids))


def _facts(record: ClinicalInputs) -> str:
    return record.model_dump_json(exclude=set(IDENTIFIERS)) + str(record.refused)


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None
