"""The facts of one patient at the decision date, resolved from the clinical record."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vcfimg.clinical.implied_facts import implied_facts
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import FILE, STALE
from vcfimg.recommendation.facts.refused import danger

_NO_RECORD = ClinicalInputs()


@dataclass(slots=True)
class PatientFacts:
    """Facts of one patient after masking: what a refused record may not say, and what is too old, is None."""

    given: bool
    refused: bool
    record: ClinicalInputs
    age: float | None
    cancer: bool | None
    vas: float | None
    vas_origin: str
    vas_for_sins: float | None
    """Also of a refused record: pain raises SINS."""
    positional: bool | None
    exam_levels: tuple[str, ...] | None
    exam_origin: str
    not_tender: bool | None
    """True: examined and no level was tender, so the examination matches none."""
    cord: bool | None
    deficit: bool | None
    neurology_abnormal: bool
    """Recorded without saying whether it is the cord."""
    cord_aged: bool
    """The cord is unknown only because a dated "no" has become too old."""
    overt: bool | None
    stable: bool | None
    """A surgeon's word about the spine; what counts at a level is :attr:`LevelFacts.stable`."""
    infection: bool | None
    coagulopathy: bool | None
    allergy: bool | None
    pregnancy: bool | None
    trauma: bool | None
    primary_bone_tumour: bool | None
    bone_tumour_conflict: bool
    solitary_plasmacytoma: bool
    conflicts: tuple[str, ...]
    """Facts on which the record contradicts itself, or its sources each other."""
    unreadable: tuple[str, ...]
    """Dangers that nobody could read."""
    planned: int | None
    mri_stale: bool
    future_dates: tuple[str, ...]
    """Dates after the decision date: what they date is not used."""


def patient_facts(
    clinical: ClinicalInputs | None, policy: Policy, as_of: datetime.date, study_date: datetime.date | None
) -> PatientFacts:
    """Resolve the patient's facts at the decision date ``as_of`` (SR7: stale ones are unknown)."""
    c = clinical if clinical is not None else _NO_RECORD
    limits = policy.facts
    kept = not c.refused
    implied = implied_facts(c)
    vas, vas_origin = c.pain_vas, FILE
    if vas is not None and _unusable(c.pain_vas_date, as_of, limits.vas_max_age_days):
        vas, vas_origin = None, STALE
    exam, exam_origin, not_tender = c.exam_levels or None, FILE, implied.not_tender
    if "exam_tenderness" in implied.conflicts:
        exam = None
    if (exam or not_tender) and _unusable(c.exam_date, as_of, limits.exam_max_age_days):
        exam, exam_origin, not_tender = None, STALE, None
    neurology_date = c.exam_date if c.neurology_date is None else c.neurology_date
    neurology_aged = _unusable(neurology_date, as_of, limits.neurology_max_age_days)
    labs_aged = _unusable(c.labs_date, as_of, limits.labs_max_age_days)
    cord = _unless_aged(danger(implied.cord, kept), aged=neurology_aged)
    tumour, conflict = c.primary_bone_tumour, False
    if c.primaries:
        primaries = {_plain(primary) for primary in c.primaries}
        if tumour is not True and any(_is_one_of(one, policy.gates.primary_bone_tumour_names) for one in primaries):
            conflict = tumour is False
            tumour = True if tumour is None else tumour
        elif tumour is True and primaries <= set(policy.gates.marrow_cancer_names):
            conflict = True
    dates = (
        ("pain_vas_date", c.pain_vas_date),
        ("exam_date", c.exam_date),
        ("neurology_date", c.neurology_date),
        ("labs_date", c.labs_date),
        ("study_date", study_date),
    )
    return PatientFacts(
        given=clinical is not None,
        refused=c.refused,
        record=c,
        age=c.age if kept else None,
        cancer=implied.cancer if kept else None,
        vas=vas if kept else None,
        vas_origin=vas_origin,
        vas_for_sins=vas,
        positional=c.pain_positional if kept else (c.pain_positional or None),
        exam_levels=exam if kept else None,
        exam_origin=exam_origin,
        not_tender=not_tender if kept else None,
        cord=cord,
        deficit=_unless_aged(danger(implied.deficit, kept), aged=neurology_aged),
        neurology_abnormal=implied.neurology_abnormal,
        cord_aged=kept and cord is None and implied.cord is False,
        overt=danger(c.overt_instability, kept),
        stable=c.surgeon_stable if kept or c.surgeon_stable is False else None,
        infection=_unless_aged(danger(c.infection, kept), aged=labs_aged),
        coagulopathy=_unless_aged(danger(c.coagulopathy_uncorrected, kept), aged=labs_aged),
        allergy=danger(c.cement_allergy, kept),
        pregnancy=danger(c.pregnancy, kept),
        trauma=c.trauma if kept else None,
        primary_bone_tumour=tumour if kept else None,
        bone_tumour_conflict=conflict and kept,
        solitary_plasmacytoma=implied.solitary_plasmacytoma and kept,
        conflicts=tuple(dict.fromkeys((*c.conflicts, *implied.conflicts))),
        unreadable=c.unreadable_dangers,
        planned=c.planned_levels if kept else None,
        mri_stale=_older(study_date, as_of, limits.mri_max_age_days),
        future_dates=tuple(name for name, date in dates if date is not None and date > as_of),
    )


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").replace("\u2019", "'").split())


def _is_one_of(primary: str, names: Sequence[str]) -> bool:
    """Whether ``primary`` is one of the names or holds one in words around it, as in "chordoma of the sacrum".

    A name that others narrow down must stand alone: "sarcoma" may be one of soft tissue when more is said.
    """
    narrowed = {name for name in names if any(name != other and _holds(other, name) for other in names)}
    return primary in names or any(_holds(primary, name) for name in names if name not in narrowed)


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _unusable(date: datetime.date | None, as_of: datetime.date, days: int) -> bool:
    """Whether a date is too old to be used, or lies after the decision."""
    return date is not None and not 0 <= (as_of - date).days <= days


def _unless_aged(value: bool | None, *, aged: bool) -> bool | None:
    """A danger whatever its date; a "no" only while it is young enough (clinical.md section 10.5)."""
    return None if aged and value is False else value


def _older(date: datetime.date | None, as_of: datetime.date, days: int) -> bool:
    return date is not None and (as_of - date).days > days
