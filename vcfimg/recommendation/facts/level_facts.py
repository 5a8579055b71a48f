"""The facts of every level that gets a recommendation: the reader's where given, else the image's."""

from dataclasses import dataclass

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.clinical.level_words import level_words
from vcfimg.imaging.measurement import Genant, SpineMeasurement, VertebraMeasurement
from vcfimg.level_names import canonical, level_index, unnamed
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import IMAGE, POLICY, READER, STALE
from vcfimg.recommendation.facts.image_facts import genant_of, image_edema, image_loss, is_abnormal, may_be_shape
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.facts.refused import only_dangers


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
    level_origin: str
    """A person's where one confirmed or gave the names, or where no image shows the level; else the image's."""
    image: VertebraMeasurement | None
    loss: float | None
    loss_origin: str
    uncertainty: float
    uncertainty_origin: str
    image_loss: float | None
    shape: bool
    """The loss is the image's, normal shape may explain it, and no reader saw an edema or a collapse there."""
    edema: bool | None
    """For the indication: a measured False without a reader is unknown."""
    edema_origin: str
    edema_seen: bool | None
    """The reader's word, else what the image shows, also when too old to decide."""
    image_edema: bool | None
    image_speaks: bool
    """The image says something about edema, be it undecided."""
    edema_remarks: tuple[str, ...]
    """Why the edema that decides is not what was seen."""
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
    stable: bool | None
    """A surgeon's word on the stability of this level."""
    conflicts: tuple[str, ...]
    """Paths on which the record contradicts itself about this level."""
    exam_distance: int | None = None
    """Levels between this one and the nearest examined one along this patient's spine."""
    exam_match: bool | None = None
    """The pain is where the examination finds it."""
    index: bool = True
    index_why: str = ""

    def is_flagged(self, policy: Policy) -> bool:
        """Fractured or edematous."""
        loss = self.collapse_percent(policy)
        return self.edema_seen is True or (loss is not None and loss >= policy.priority.loss_percent)

    def collapse_percent(self, policy: Policy) -> float | None:
        """The loss, or what a reader's word on the collapse says at least (clinical.md section 4)."""
        if self.loss is not None or self.reader.collapse is None:
            return self.loss
        if self.reader.collapse == "none":
            return 0.0
        return (
            policy.priority.loss_percent if self.reader.collapse == "under_half" else policy.sins.collapse_percent + 1
        )


def level_facts(
    measurement: SpineMeasurement | None,
    clinical: ClinicalInputs | None,
    policy: Policy,
    patient: PatientFacts,
    *,
    unconfirmed: bool,
) -> list[LevelFacts]:
    """The levels that get a recommendation, from head to foot.

    These are the fractured or edematous vertebrae of the images and every level the record names. An examined level
    counts as named beside images, unless none of their vertebrae has a name, and where the record describes no level.
    ``unconfirmed``: no person has confirmed the names of the levels in the images.
    """
    readers = clinical.levels if clinical is not None else {}
    imaged = measurement is not None
    exam = patient.record.exam_levels or ()
    found: list[LevelFacts] = []
    done: set[str] = set()
    if measurement is not None:
        narrowing = {entry.vertebra_id: entry.narrowing_percent for entry in measurement.spine.canal}
        for vertebra in measurement.vertebrae:
            level = vertebra.level if vertebra.level not in done else None
            named = level is not None and level in readers
            if named or (level is not None and level in exam) or is_abnormal(vertebra, policy):
                found.append(_facts(level, vertebra, narrowing.get(vertebra.id), policy, patient, unconfirmed, imaged))
            if level is not None:
                done.add(level)
    for level in readers:
        if level not in done:
            found.append(_facts(level, None, None, policy, patient, unconfirmed, imaged))
    if done if measurement is not None else not readers:
        absent = [level for level in dict.fromkeys(exam) if level not in done and level not in readers]
        found.extend(_facts(level, None, None, policy, patient, unconfirmed, imaged) for level in absent)
    found.sort(key=lambda facts: facts.order)
    return found


def _facts(
    level: str | None,
    vertebra: VertebraMeasurement | None,
    narrowing: float | None,
    policy: Policy,
    patient: PatientFacts,
    unconfirmed: bool,
    imaged: bool,
) -> LevelFacts:
    # a reader's sentence about all levels holds at those seen; without images at those named
    record = patient.record if vertebra is not None or not imaged else _without_groups(patient.record)
    words = level_words(record, level or "")
    reader, stable = words.facts, words.stable
    if patient.refused:
        reader, stable = only_dangers(reader, policy), False if stable is False else None
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
        worse = patient.refused and measured_loss is not None and loss is not None and measured_loss > loss
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
        if escc == "0":
            escc, escc_origin = None, STALE
    seen_by_anyone = reader.stir_edema if reader.stir_edema is not None else seen
    second_sign = seen_by_anyone is True or reader.collapse in ("under_half", "over_half")
    shape = vertebra is not None and loss_origin == IMAGE and may_be_shape(vertebra) and not second_sign
    identity = vertebra.id if vertebra is not None else None
    path = f"levels.{level}" if level is not None else f"vertebrae.{identity}"
    return LevelFacts(
        path=path,
        label=level if level is not None else unnamed(identity),
        vertebra_id=identity,
        level=level,
        rule_level=canonical(level) if level is not None else None,
        order=(0, level_index(level)) if level is not None else (1, vertebra.order if vertebra is not None else 0),
        reader=reader,
        level_origin=IMAGE if vertebra is not None and unconfirmed else READER,
        image=vertebra,
        loss=loss,
        loss_origin=loss_origin,
        uncertainty=uncertainty,
        uncertainty_origin=uncertainty_origin,
        image_loss=measured_loss,
        shape=shape,
        edema=edema,
        edema_origin=edema_origin,
        edema_seen=seen_by_anyone,
        image_edema=seen,
        image_speaks=speaks,
        edema_remarks=_edema_remarks(edema, seen, reader, patient),
        edema_fraction=fraction,
        escc=escc,
        escc_origin=escc_origin,
        retropulsion=retropulsion,
        retropulsion_origin=retropulsion_origin,
        canal=canal,
        canal_origin=canal_origin,
        image_canal=seen_canal,
        genant=None if shape else genant_of(loss, vertebra, policy),
        collapse_stale=patient.mri_stale,
        stable=stable,
        conflicts=words.conflicts,
    )


def _without_groups(record: ClinicalInputs) -> ClinicalInputs:
    if record.all_levels is None and record.other_levels is None:
        return record
    return record.model_copy(update={"all_levels": None, "other_levels": None})


def _edema_remarks(
    edema: bool | None, seen: bool | None, reader: LevelInputs, patient: PatientFacts
) -> tuple[str, ...]:
    remarks: tuple[str, ...] = ()
    if edema is None and seen is False and reader.stir_edema is None:
        remarks = ("the image shows none, which a reader must confirm",)
    return (*remarks, "the MRI is too old") if patient.mri_stale else remarks
