"""Which record of clinical facts belongs to which study."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from vcfimg.clinical.dangers import dangers_of, has_danger, union_of_dangers, with_dangers
from vcfimg.clinical.identifiers import normal_form, normal_uid, without_lost_zeros
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
        """AccessionNumber (0008,0050), where all images agree."""

    @property
    def accession_numbers(self) -> tuple[str, ...]:
        """All of them, where images differ; empty where they do not."""

    @property
    def study_date(self) -> str | None:
        """ISO date of the study, or None."""


@dataclass(frozen=True)
class Unmatched:
    """A record that was not used, or not fully, and why.

    ``code`` is ``no_identifier``, ``no_study`` (no identifier is known in this run), ``identifiers_disagree``,
    ``outside_window``, ``ambiguous``, ``likely_match`` (it would fit but for leading zeros, which spreadsheets lose) or
    ``several_records``; ``field`` names the fact that would settle it.
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
        Records that could not be assigned safely (:data:`REFUSED`, ``several_records``); an error each.
    """

    by_study: Mapping[str, ClinicalInputs]
    unmatched: tuple[Unmatched, ...] = ()
    refused: tuple[Unmatched, ...] = ()
    dangers_only: frozenset[str] = frozenset()
    """Studies for which no record counts, only dangers of records that may be theirs."""

    def errors(self, file: str) -> tuple[RecordError, ...]:
        """``refused`` as entries of ``errors[]``."""
        return tuple(one.to_error(file) for one in self.refused)


REFUSED: Final = frozenset({"ambiguous", "likely_match"})
"""Codes of records that may belong to a study and are not used: only their dangers are."""

DANGERS_COUNT: Final = frozenset({*REFUSED, "identifiers_disagree"})
"""Codes of records whose dangers count for the studies they may belong to."""


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

    All identifiers that a record gives must agree with the study, in their normal form; an empty one never matches. A
    record with only a patient id applies to studies within ``window_days`` of one of its dates. When the record or the
    study has no date, it applies only if that patient has one study in the run; else it is refused as ambiguous, as is
    a record that fits studies of two patients. Different records for one study are all refused, unless they differ in
    dangers only: then the danger counts, and is a conflict. Of a refused record, and of one whose patient id fits and
    another identifier does not, the dangers (G1-G5) apply to every study it may belong to.

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
            (refused if found.code in REFUSED else unmatched).append(found)
            for uid in found.study_instance_uids if found.code in DANGERS_COUNT else ():
                claims[uid].dangers.append(record)
        else:
            for study in found:
                claims[study.study_instance_uid].accepted.append(record)
    by_study: dict[str, ClinicalInputs] = {}
    conflicts: dict[int, tuple[ClinicalInputs, list[str]]] = {}
    for uid, claim in claims.items():
        distinct = _without_dangers_differing(list({_facts(record): record for record in claim.accepted}.values()))
        if len(distinct) > 1:
            for record in claim.accepted:
                conflicts.setdefault(id(record), (record, []))[1].append(uid)
        facts = _combined(distinct, claim.dangers)
        if facts is not None:
            by_study[uid] = facts
    refused.extend(_several_records(record, uids) for record, uids in conflicts.values())
    dangers_only = frozenset(uid for uid in by_study if not claims[uid].accepted)
    return Matches(by_study, tuple(unmatched), tuple(refused), dangers_only)


class _Index:
    """Studies by each of their identifiers, so that matching is linear."""

    def __init__(self, studies: Iterable[StudyIdentifiers]) -> None:
        self._by_value: dict[tuple[str, str], list[StudyIdentifiers]] = {}
        self._by_rest: dict[tuple[str, str], list[StudyIdentifiers]] = {}
        for study in studies:
            accessions = study.accession_numbers or (study.accession_number,)
            given = [("study_instance_uid", study.study_instance_uid), ("patient_id", study.patient_id)]
            for name, value in (*given, *(("accession_number", one) for one in accessions)):
                if form := _form(name, value):
                    self._by_value.setdefault((name, form), []).append(study)
                    self._by_rest.setdefault((name, without_lost_zeros(form)), []).append(study)

    def having(self, name: str, value: str) -> list[StudyIdentifiers]:
        """Studies whose identifier ``name`` is ``value``."""
        return self._by_value.get((name, _form(name, value)), [])

    def likely(self, name: str, value: str) -> list[StudyIdentifiers]:
        """Studies whose identifier is ``value`` but for leading zeros."""
        if name == "study_instance_uid":
            return self.having(name, value)
        return self._by_rest.get((name, without_lost_zeros(_form(name, value))), [])


def _form(name: str, value: str | None) -> str:
    return normal_uid(value) if name == "study_instance_uid" else normal_form(value)


def _shared(having: Sequence[Sequence[StudyIdentifiers]]) -> list[StudyIdentifiers]:
    """Studies in every one of the lists, in order."""
    uids = set.intersection(*({study.study_instance_uid for study in some} for some in having))
    return list({one.study_instance_uid: one for one in having[0] if one.study_instance_uid in uids}.values())


def _studies_of(record: ClinicalInputs, index: _Index, window_days: int) -> list[StudyIdentifiers] | Unmatched:
    given = {name: value for name in IDENTIFIERS if (value := getattr(record, name)) and value.strip()}
    if not given:
        return Unmatched(record, "no_identifier", "patient_id", "the record has no identifier, so it matches no study")
    having = [index.having(name, value) for name, value in given.items()]
    agreeing = _shared(having)
    if not agreeing:
        return _why_not(record, given, having, index)
    if len({normal_form(study.patient_id) for study in agreeing}) > 1:
        message = f"the record fits {len(agreeing)} studies of different patients; give the study"
        uids = tuple(study.study_instance_uid for study in agreeing)
        return Unmatched(record, "ambiguous", "study_instance_uid", message, uids)
    return agreeing if set(given) != {"patient_id"} else _within_window(record, agreeing, window_days)


def _why_not(
    record: ClinicalInputs, given: Mapping[str, str], having: Sequence[Sequence[StudyIdentifiers]], index: _Index
) -> Unmatched:
    """Why the identifiers of a record fit no study together."""
    unknown = [name for name, some in zip(given, having, strict=True) if not some]
    likely = _shared([index.likely(name, value) for name, value in given.items()])
    if likely:
        name = next(iter(unknown), next(iter(given)))
        uids = tuple(study.study_instance_uid for study in likely)
        message = (
            f"{name} fits {len(likely)} {'study' if len(likely) == 1 else 'studies'} but for leading zeros, which "
            "spreadsheets lose; write it as the archive does. Nothing but dangers was used"
        )
        return Unmatched(record, "likely_match", name, message, uids)
    if any(having):
        message = "not all identifiers of the record agree with one study"
        of_patient = index.having("patient_id", given["patient_id"]) if "patient_id" in given else []
        uids = tuple(study.study_instance_uid for study in of_patient)
        return Unmatched(record, "identifiers_disagree", (unknown or list(given))[-1], message, uids)
    return Unmatched(record, "no_study", next(iter(given)), "no study of this run has this identifier")


def _within_window(
    record: ClinicalInputs, studies: list[StudyIdentifiers], window_days: int
) -> list[StudyIdentifiers] | Unmatched:
    """Studies of the patient that a record with only a patient id applies to."""
    dates = [date for date in record.dates if date is not None]
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
    named = ("pain_vas_date", "exam_date", "neurology_date", "labs_date")
    field_ = next(name for name, date in zip(named, record.dates, strict=True) if date is not None)
    return Unmatched(record, "outside_window", field_, message, uids)


def _combined(accepted: list[ClinicalInputs], dangers: list[ClinicalInputs]) -> ClinicalInputs | None:
    """The facts of one study from the distinct records that claim it and the dangers that may concern it."""
    harmful = [record for record in dangers if has_danger(record)]
    if len(accepted) == 1:
        return with_dangers(accepted[0], harmful, "records")
    parts = [dangers_of(record) for record in (*accepted, *harmful)]
    if not parts:
        return None
    kept = parts[0]
    for part in parts[1:]:
        kept = union_of_dangers(kept, part)
    return kept


def _without_dangers_differing(records: list[ClinicalInputs]) -> list[ClinicalInputs]:
    """One record where several differ in nothing but dangers, else the records as they are."""
    if len(records) < 2:
        return records
    joined = [with_dangers(one, [other for other in records if other is not one], "records") for one in records]
    bare = {_facts(one.model_copy(update={"remarks": ()})) for one in joined}
    if len(bare) > 1:
        return records
    remarks = tuple(dict.fromkeys(remark for one in joined for remark in one.remarks))
    unread = tuple(dict.fromkeys(name for one in joined for name in one.unread))
    return [joined[0].model_copy(update={"remarks": remarks, "unread": unread})]


def _several_records(record: ClinicalInputs, uids: list[str]) -> Unmatched:
    message = f"several different records apply to {len(uids)} {'study' if len(uids) == 1 else 'studies'}; give one"
    return Unmatched(record, "several_records", "study_instance_uid", message, tuple(uids))


def _facts(record: ClinicalInputs) -> str:
    return record.model_dump_json(exclude={*IDENTIFIERS, "unread"}) + str(record.refused)


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None
