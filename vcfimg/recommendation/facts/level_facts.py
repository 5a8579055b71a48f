"""The facts of every level that gets a recommendation: the reader's where given, else the image's."""

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import SpineMeasurement, VertebraMeasurement
from vcfimg.level_names import canonical, level_index, unnamed
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import IMAGE, POLICY, READER, STALE, LevelFacts, PatientFacts
from vcfimg.recommendation.facts.image_facts import genant_of, image_edema, image_loss, is_abnormal
from vcfimg.recommendation.facts.refused import only_dangers

_NO_LEVEL = LevelInputs()


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
    exam = patient.record.exam_levels or ()
    found: list[LevelFacts] = []
    done: set[str] = set()
    if measurement is not None:
        narrowing = {entry.vertebra_id: entry.narrowing_percent for entry in measurement.spine.canal}
        for vertebra in measurement.vertebrae:
            level = vertebra.level if vertebra.level not in done else None
            named = level is not None and level in readers
            if named or (level is not None and level in exam) or is_abnormal(vertebra, policy):
                reader = readers[level] if named and level is not None else _NO_LEVEL
                found.append(_facts(level, vertebra, narrowing.get(vertebra.id), reader, policy, patient, unconfirmed))
            if level is not None:
                done.add(level)
    for level, reader in readers.items():
        if level not in done:
            found.append(_facts(level, None, None, reader, policy, patient, unconfirmed))
    if done if measurement is not None else not readers:
        absent = [level for level in dict.fromkeys(exam) if level not in done and level not in readers]
        found.extend(_facts(level, None, None, _NO_LEVEL, policy, patient, unconfirmed) for level in absent)
    found.sort(key=lambda facts: facts.order)
    return found


def _facts(
    level: str | None,
    vertebra: VertebraMeasurement | None,
    narrowing: float | None,
    reader: LevelInputs,
    policy: Policy,
    patient: PatientFacts,
    unconfirmed: bool,
) -> LevelFacts:
    if patient.refused:
        reader = only_dangers(reader, policy)
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
        if escc is not None and escc not in policy.gates.escc_surgical:
            escc, escc_origin = None, STALE
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
        genant=genant_of(loss, vertebra, policy),
        collapse_stale=patient.mri_stale,
    )
