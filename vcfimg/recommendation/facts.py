"""The facts as the engine sees them: each with its origin, stale or refused ones unknown, dangers never dropped."""

import datetime
from dataclasses import dataclass
from typing import Any

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import Genant, SpineMeasurement, StirFinding, VertebraMeasurement
from vcfimg.levels import canonical, level_index
from vcfimg.policy import Policy

READER, FILE, IMAGE, UNKNOWN, STALE, POLICY = "reader", "file", "image", "unknown", "stale", "policy"
"""Origins of a value in the trace: a reader's level fact, a patient fact, the images, nobody, too old, the policy."""

_NO_LEVEL = LevelInputs()
_NO_RECORD = ClinicalInputs()


def traced(value: Any, origin: str) -> dict[str, Any]:
    """One input of a trace step."""
    return {"value": value, "from": UNKNOWN if value is None and origin not in (STALE, POLICY) else origin}


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
    cord: bool | None
    deficit: bool | None
    overt: bool | None
    stable: bool | None
    infection: bool | None
    coagulopathy: bool | None
    allergy: bool | None
    pregnancy: bool | None
    trauma: bool | None
    primary_bone_tumour: bool | None
    bone_tumour_conflict: bool
    planned: int | None
    mri_stale: bool
    future_dates: tuple[str, ...]


@dataclass(slots=True)
class LevelFacts:
    """Facts about one vertebra: the reader's where given, else the image's."""

    path: str
    """Prefix of its entries in ``missing``: ``levels.T12``, or ``vertebrae.7`` without a name."""
    label: str
    vertebra_id: int | None
    level: str | None
    rule_level: str | None
    """The level whose rules apply: T13 as T12, L6 as L5."""
    order: tuple[int, int]
    reader: LevelInputs
    named_by_reader: bool
    image: VertebraMeasurement | None
    loss: float | None
    loss_origin: str
    uncertainty: float
    uncertainty_origin: str
    image_loss: float | None
    edema: bool | None
    """For the indication: a measured False without a reader is unknown."""
    edema_origin: str
    edema_seen: bool | None
    """The reader's word, else what the image shows, also when too old to decide."""
    image_edema: bool | None
    image_speaks: bool
    """The image says something about edema, be it undecided."""
    edema_fraction: float | None
    escc: str | None
    escc_origin: str
    retropulsion: float | None
    retropulsion_origin: str
    canal: float | None
    canal_origin: str
    image_canal: float | None
    genant: Genant | None
    collapse_stale: bool
    index: bool = True
    index_why: str = ""


def patient_facts(
    clinical: ClinicalInputs | None, policy: Policy, as_of: datetime.date, study_date: datetime.date | None
) -> PatientFacts:
    """Resolve the patient's facts at the decision date ``as_of`` (SR7: stale ones are unknown)."""
    c = clinical if clinical is not None else _NO_RECORD
    limits = policy.facts
    kept = not c.refused
    vas, vas_origin = c.pain_vas, FILE
    if vas is not None and _older(c.pain_vas_date, as_of, limits.vas_max_age_days):
        vas, vas_origin = None, STALE
    exam, exam_origin = c.exam_levels or None, FILE
    if exam and _older(c.exam_date, as_of, limits.exam_max_age_days):
        exam, exam_origin = None, STALE
    tumour, conflict = c.primary_bone_tumour, False
    if c.primaries:
        words = {" ".join(word.casefold().replace("-", " ").split()) for word in c.primaries}
        if tumour is not True and words & set(policy.gates.primary_bone_tumour_names):
            conflict = tumour is False
            tumour = True if tumour is None else tumour
        elif tumour is True and words <= set(policy.gates.marrow_cancer_names):
            conflict = True
    dates = (("pain_vas_date", c.pain_vas_date), ("exam_date", c.exam_date), ("study_date", study_date))
    return PatientFacts(
        given=clinical is not None,
        refused=c.refused,
        record=c,
        age=c.age if kept else None,
        cancer=c.cancer if kept else None,
        vas=vas if kept else None,
        vas_origin=vas_origin,
        vas_for_sins=vas,
        positional=c.pain_positional if kept else (c.pain_positional or None),
        exam_levels=exam if kept else None,
        exam_origin=exam_origin,
        cord=_danger(c.clinical_cord_compression, kept),
        deficit=_danger(c.new_neurological_deficit, kept),
        overt=_danger(c.overt_instability, kept),
        stable=c.surgeon_stable if kept or c.surgeon_stable is False else None,
        infection=_danger(c.infection, kept),
        coagulopathy=_danger(c.coagulopathy_uncorrected, kept),
        allergy=_danger(c.cement_allergy, kept),
        pregnancy=_danger(c.pregnancy, kept),
        trauma=c.trauma if kept else None,
        primary_bone_tumour=tumour if kept else None,
        bone_tumour_conflict=conflict and kept,
        planned=c.planned_levels if kept else None,
        mri_stale=_older(study_date, as_of, limits.mri_max_age_days),
        future_dates=tuple(name for name, date in dates if date is not None and date > as_of),
    )


def level_facts(
    measurement: SpineMeasurement | None, clinical: ClinicalInputs | None, policy: Policy, patient: PatientFacts
) -> list[LevelFacts]:
    """The levels that get a recommendation, from head to foot.

    These are the fractured or edematous vertebrae of the images and every level the record names. An examined level
    counts as named where the images show it, or where the record describes no level at all.
    """
    readers = clinical.levels if clinical is not None else {}
    exam = patient.record.exam_levels or ()
    found: list[LevelFacts] = []
    done: set[str] = set()
    if measurement is not None:
        narrowing = {entry.vertebra_id: entry.narrowing_percent for entry in measurement.spine.canal}
        for vertebra in measurement.vertebrae:
            level = vertebra.level if vertebra.level not in done else None
            named = level is not None and level in readers
            if named or (level is not None and level in exam) or _abnormal(vertebra, policy):
                reader = readers[level] if named and level is not None else _NO_LEVEL
                found.append(_facts(level, vertebra, narrowing.get(vertebra.id), reader, named, policy, patient))
            if level is not None:
                done.add(level)
    for level, reader in readers.items():
        if level not in done:
            found.append(_facts(level, None, None, reader, True, policy, patient))
    if not readers and measurement is None:
        found.extend(_facts(level, None, None, _NO_LEVEL, False, policy, patient) for level in dict.fromkeys(exam))
    found.sort(key=lambda facts: facts.order)
    return found


def image_edema(stir: StirFinding, policy: Policy) -> bool | None:
    """Edema as the image shows it, by the policy's fractions; None between them or where derivation left it open."""
    fraction = stir.edema_fraction
    if fraction is None or (stir.edema is None and stir.reasons):
        return stir.edema
    if fraction >= policy.measurement.edema_fraction_true:
        return True
    return False if fraction <= policy.measurement.edema_fraction_false else None


def image_loss(vertebra: VertebraMeasurement) -> float | None:
    """Index loss from the images, None when the vertebra's numbers may not be used."""
    return vertebra.loss_percent.index if vertebra.quality.measured else None


def _abnormal(vertebra: VertebraMeasurement, policy: Policy) -> bool:
    loss = image_loss(vertebra)
    if loss is not None and loss >= policy.measurement.fracture_loss_percent:
        return True
    return image_edema(vertebra.stir, policy) is True


def _facts(
    level: str | None,
    vertebra: VertebraMeasurement | None,
    narrowing: float | None,
    reader: LevelInputs,
    named: bool,
    policy: Policy,
    patient: PatientFacts,
) -> LevelFacts:
    if patient.refused:
        reader = _only_dangers(reader, policy)
    measured_loss, fraction, seen, speaks, seen_canal = None, None, None, False, None
    default_u = policy.facts.reader_loss_uncertainty_percent
    uncertainty, uncertainty_origin = default_u, POLICY
    loss, loss_origin = reader.loss_percent, READER
    retropulsion, retropulsion_origin = reader.retropulsion_mm, READER
    canal, canal_origin = reader.canal_narrowing_percent, READER
    if loss is not None and reader.loss_uncertainty is not None:
        uncertainty, uncertainty_origin = reader.loss_uncertainty, READER
    if vertebra is not None:
        measured_loss, stir, wall = image_loss(vertebra), vertebra.stir, vertebra.wall
        fraction, seen = stir.edema_fraction, image_edema(stir, policy)
        speaks = fraction is not None or seen is not None
        worse = patient.refused and measured_loss is not None and measured_loss > (loss or 0.0)
        if loss is None or worse:
            loss, loss_origin = measured_loss, IMAGE
            uncertainty, uncertainty_origin = default_u, POLICY
            if vertebra.loss_uncertainty is not None:
                uncertainty, uncertainty_origin = vertebra.loss_uncertainty, IMAGE
        if retropulsion is None:
            retropulsion, retropulsion_origin = wall.retropulsion_mm, IMAGE
        seen_canal = wall.canal_narrowing_percent if wall.canal_narrowing_percent is not None else narrowing
        if canal is None:
            canal, canal_origin = seen_canal, IMAGE
    edema, edema_origin = reader.stir_edema, READER
    if edema is None:
        edema, edema_origin = (True if seen else None), IMAGE
    escc: str | None = reader.escc
    escc_origin = READER
    if patient.mri_stale:  # an old MRI may still warn, it no longer clears or indicates
        edema, edema_origin = None, STALE
        if escc is not None and escc not in policy.gates.escc_surgical:
            escc, escc_origin = None, STALE
    identity = vertebra.id if vertebra is not None else None
    path = f"levels.{level}" if level is not None else f"vertebrae.{identity}"
    return LevelFacts(
        path=path,
        label=level if level is not None else f"vertebra {identity}",
        vertebra_id=identity,
        level=level,
        rule_level=canonical(level) if level is not None else None,
        order=(0, level_index(level)) if level is not None else (1, vertebra.order if vertebra is not None else 0),
        reader=reader,
        named_by_reader=named,
        image=vertebra,
        loss=loss,
        loss_origin=loss_origin,
        uncertainty=uncertainty,
        uncertainty_origin=uncertainty_origin,
        image_loss=measured_loss,
        edema=edema,
        edema_origin=edema_origin,
        edema_seen=reader.stir_edema if reader.stir_edema is not None else seen,
        image_edema=seen,
        image_speaks=speaks,
        edema_fraction=fraction,
        escc=escc,
        escc_origin=escc_origin,
        retropulsion=retropulsion,
        retropulsion_origin=retropulsion_origin,
        canal=canal,
        canal_origin=canal_origin,
        image_canal=seen_canal,
        genant=_genant(loss, vertebra, policy),
        collapse_stale=patient.mri_stale,
    )


def _genant(loss: float | None, vertebra: VertebraMeasurement | None, policy: Policy) -> Genant | None:
    """Grade of the loss that decides, type from the images (clinical.md section 4)."""
    if loss is None:
        return None
    limits = policy.measurement
    if loss < limits.genant_mild_percent:
        grade = 0
    elif loss < limits.genant_moderate_percent:
        grade = 1
    else:
        grade = 2 if loss <= limits.genant_severe_percent else 3
    kind = vertebra.genant.type if grade and vertebra is not None and vertebra.genant is not None else None
    return Genant.model_construct(grade=grade, type=kind)


def _only_dangers(reader: LevelInputs, policy: Policy) -> LevelInputs:
    """What a refused record may still say about a level: values that raise G1-G5, the SINS items among them.

    They never lower concern: where the image shows a greater loss, the image prevails.
    """
    return LevelInputs.model_construct(
        escc=reader.escc if reader.escc in policy.gates.escc_surgical else None,
        alignment=reader.alignment if reader.alignment != "normal" else None,
        posterolateral=reader.posterolateral if reader.posterolateral != "none" else None,
        bone_quality=reader.bone_quality if reader.bone_quality != "blastic" else None,
        body_involved_over_half=reader.body_involved_over_half or None,
        loss_percent=reader.loss_percent,
        loss_uncertainty=reader.loss_uncertainty,
        posterior_wall=reader.posterior_wall if reader.posterior_wall == "disrupted" else None,
    )


def _danger(value: bool | None, kept: bool) -> bool | None:
    return value if kept else (value or None)


def _older(date: datetime.date | None, as_of: datetime.date, days: int) -> bool:
    return date is not None and (as_of - date).days > days
