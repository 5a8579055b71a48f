"""The gates G0-G8 of one level in Kleene logic (clinical.md section 2)."""

from dataclasses import dataclass, field

from vcfimg.levels import is_above
from vcfimg.policy import Policy
from vcfimg.recommendation.facts import LevelFacts, PatientFacts
from vcfimg.recommendation.kleene import all_of, any_of, at_least
from vcfimg.recommendation.recommendation import Status, TraceStep
from vcfimg.recommendation.rules import Tracer, word
from vcfimg.recommendation.sins import SinsInterval


@dataclass(slots=True)
class PatientGates:
    """What holds for every level of the patient: G1, the patient's part of G3, G5 and G0."""

    neurology: bool | None
    contraindication: bool | None
    contraindication_blocks: bool
    scope: bool | None
    alerts: list[str]
    confirm: list[str]
    trace_neurology: list[TraceStep]
    trace_rest: list[TraceStep]


@dataclass(slots=True)
class LevelGates:
    """The outcome of every gate at one level; True raises it, None is unknown."""

    neurology: bool | None
    epidural: bool | None
    instability: bool | None
    translation_open: bool
    """Alignment is unknown and no surgeon records 'stable': a translation would decide, so this blocks."""
    sins: bool | None
    contraindication: bool | None
    contraindication_blocks: bool
    scope: bool | None
    indication: bool | None
    relative: bool
    wall: bool
    exam: bool | None
    alerts: list[str] = field(default_factory=list)
    confirm: list[str] = field(default_factory=list)
    against_indication: list[str] = field(default_factory=list)
    relative_unknown: list[str] = field(default_factory=list)
    trace: list[TraceStep] = field(default_factory=list)

    def danger(self, *, whole: bool = True) -> Status | None:
        """Status by the first TRUE of G1-G5, then G0; ``whole=False`` leaves G5 and G0 out."""
        if self.neurology:
            return Status.EMERGENCY_REVIEW
        if self.epidural or self.instability or self.sins:
            return Status.SURGICAL_REVIEW
        if whole and self.contraindication:
            return Status.CONTRAINDICATED
        if whole and self.scope:
            return Status.OUT_OF_SCOPE
        return None

    def status(self, *, refused: bool, whole: bool = True) -> Status:
        """First TRUE danger, else NOT_INDICATED, else INDETERMINATE while anything blocks, else a candidate."""
        danger = self.danger(whole=whole)
        if danger is not None:
            return danger
        if self.indication is False:
            return Status.NOT_INDICATED
        unknown = self.neurology is None or self.epidural is None or self.sins is None or self.indication is None
        if refused or unknown or self.translation_open or (whole and self.contraindication_blocks):
            return Status.INDETERMINATE
        return Status.CANDIDATE_MDT if self.relative else Status.CANDIDATE


def patient_gates(patient: PatientFacts, policy: Policy, tracer: Tracer) -> PatientGates:
    """Evaluate once what does not depend on the level."""
    p = patient
    alerts = [
        code
        for code, value in (
            ("cord_compression", p.cord),
            ("neurological_deficit", p.deficit),
        )
        if value
    ]
    contra = (
        ("infection", p.infection),
        ("coagulopathy", p.coagulopathy),
        ("cement_allergy", p.allergy),
        ("pregnancy", p.pregnancy),
    )
    alerts += [code for code, value in contra if value]
    minor = None if p.age is None else p.age < policy.gates.scope_min_age_years
    scope = (("age_out_of_scope", minor), ("trauma", p.trauma), ("primary_bone_tumour", p.primary_bone_tumour))
    alerts += [code for code, value in scope if value]
    confirm = []
    if p.allergy is None:
        confirm.append("confirm_cement_allergy")
    if p.pregnancy is None and p.record.sex != "M":
        confirm.append("confirm_pregnancy")
    if p.age is None:
        confirm.append("confirm_age")
    if p.trauma is None:
        confirm.append("confirm_no_trauma")
    if p.primary_bone_tumour is None:
        confirm.append("confirm_no_primary_bone_tumour")
    contraindicated = any_of(value for _, value in contra)
    blocks = p.infection is None or p.coagulopathy is None
    neurology = [
        tracer.fact("G1.cord", "clinical_cord_compression", p.cord, "file", word(p.cord)),
        tracer.fact("G1.deficit", "new_neurological_deficit", p.deficit, "file", word(p.deficit)),
    ]
    rest = [
        tracer.facts(
            "G5.contraindication",
            tuple((name, value, "file") for name, value in contra),
            word(contraindicated) + ("; infection or coagulopathy unknown blocks" if blocks else ""),
        ),
        tracer.fact("G0.age", "age", p.age, "file", word(minor), "gates.scope_min_age_years"),
    ]
    return PatientGates(
        neurology=any_of((p.cord, p.deficit)),
        contraindication=contraindicated,
        contraindication_blocks=blocks,
        scope=any_of(value for _, value in scope),
        alerts=alerts,
        confirm=confirm,
        trace_neurology=neurology,
        trace_rest=rest,
    )


def level_gates(
    facts: LevelFacts,
    patient: PatientFacts,
    common: PatientGates,
    sins: SinsInterval,
    distance: int | None,
    policy: Policy,
    tracer: Tracer,
) -> LevelGates:
    """Evaluate the gates of one level, the level count of G7 excepted (see :func:`count_levels`)."""
    limits, reader = policy.gates, facts.reader
    alerts: list[str] = []
    confirm: list[str] = []
    trace = list(common.trace_neurology)

    epidural = None if facts.escc is None else facts.escc in limits.escc_surgical
    if epidural:
        alerts.append("epidural_high_grade")
    trace.append(
        tracer.fact("G2.epidural", "escc", facts.escc, facts.escc_origin, word(epidural), "gates.escc_surgical")
    )

    instability = _instability(facts, patient, alerts, confirm, trace, tracer)

    unstable: bool | None = False
    if patient.stable is not True:
        if sins.min >= limits.sins_unstable:
            unstable = True
            alerts.append("sins_unstable")
        elif sins.gate_max >= limits.sins_unstable:
            unstable = None
    trace.append(
        tracer.facts(
            "G4.sins",
            (
                ("sins_min", sins.min, "rule"),
                ("sins_max_with_loss_uncertainty", sins.gate_max, "rule"),
                ("surgeon_stable", patient.stable, "file"),
            ),
            word(unstable),
            "gates.sins_unstable",
        )
    )

    trace += common.trace_rest
    if reader.instrumented:
        alerts.append("instrumented")
    elif reader.instrumented is None:
        confirm.append("confirm_not_instrumented")
    scope = any_of((common.scope, reader.instrumented))
    trace.append(
        tracer.facts(
            "G0.scope",
            (
                ("instrumented", reader.instrumented, "reader"),
                ("trauma", patient.trauma, "file"),
                ("primary_bone_tumour", patient.primary_bone_tumour, "file"),
            ),
            word(scope),
        )
    )

    exam = None if distance is None else distance <= policy.facts.exam_match_levels
    painful = at_least(patient.vas, limits.vas_min)
    parts = (
        ("not_cancer", patient.cancer),
        ("pain_below_threshold", painful),
        ("pain_not_positional", patient.positional),
        ("exam_mismatch", exam),
        ("no_stir_edema", facts.edema),
    )
    indication = all_of(value for _, value in parts)
    trace += (
        tracer.fact("G6.cancer", "cancer", patient.cancer, "file", word(patient.cancer)),
        tracer.fact("G6.vas", "pain_vas", patient.vas, patient.vas_origin, word(painful), "gates.vas_min"),
        tracer.fact("G6.positional", "pain_positional", patient.positional, "file", word(patient.positional)),
        tracer.facts(
            "G6.exam",
            (
                ("exam_levels", patient.exam_levels, patient.exam_origin),
                ("level", facts.level, "reader" if facts.named_by_reader else "image"),
            ),
            word(exam),
            "facts.exam_match_levels",
        ),
        _edema_step(facts, tracer),
    )
    relative, relative_unknown = _relative(facts, patient, sins, alerts, trace, policy, tracer)
    wall = reader.posterior_wall != "intact" or facts.collapse_stale
    trace.append(tracer.fact("G8.wall", "posterior_wall", reader.posterior_wall, "reader", word(wall)))
    return LevelGates(
        neurology=common.neurology,
        epidural=epidural,
        instability=instability,
        translation_open=reader.alignment is None and patient.stable is not True,
        sins=unstable,
        contraindication=common.contraindication,
        contraindication_blocks=common.contraindication_blocks,
        scope=scope,
        indication=indication,
        relative=relative,
        wall=wall,
        exam=exam,
        alerts=alerts,
        confirm=confirm,
        against_indication=[code for code, value in parts if value is False],
        relative_unknown=relative_unknown,
        trace=trace,
    )


def count_levels(gates: LevelGates, patient: PatientFacts, candidates: int, policy: Policy, tracer: Tracer) -> None:
    """The last part of G7: the planned number of levels, else the candidates without this rule."""
    planned = patient.planned is not None
    count = patient.planned if patient.planned is not None else candidates
    many = count > policy.gates.relative_max_levels
    if many:
        gates.relative = True
        gates.alerts.append("relative_levels")
    name = "planned_levels" if planned else "candidate_levels"
    origin = "file" if planned else "rule"
    step = tracer.fact("G7.levels", name, count, origin, word(many), "gates.relative_max_levels")
    gates.trace.insert(len(gates.trace) - 1, step)  # G8, the wall, stays last


def _instability(
    facts: LevelFacts,
    patient: PatientFacts,
    alerts: list[str],
    confirm: list[str],
    trace: list[TraceStep],
    tracer: Tracer,
) -> bool | None:
    overt, stable, alignment = patient.overt, patient.stable, facts.reader.alignment
    if overt and stable is not True:
        alerts.append("overt_instability")
    elif overt:
        alerts.append("instability_conflict")
    if stable is False:
        alerts.append("surgeon_unstable")
    if alignment == "translation" and stable is not True:
        alerts.append("translation")
    if stable is True:
        value: bool | None = False
    elif overt or stable is False or alignment == "translation":
        value = True
    else:
        value = None if overt is None or alignment is None else False
    if value is None:
        confirm.append("confirm_instability")
    surgeon = stable is False or (alignment == "translation" and stable is not True)
    settled = overt if stable is not True else False
    trace.append(
        tracer.facts(
            "G3.overt",
            (("overt_instability", overt, "file"), ("surgeon_stable", stable, "file")),
            word(settled) + ("; conflict with a surgeon's 'stable'" if overt and stable is True else ""),
        )
    )
    surgeon_word = word(True if surgeon else (False if stable is True or alignment is not None else None))
    if alignment is None and stable is None:
        surgeon_word += "; a translation would decide, so an unknown alignment blocks"
    trace.append(
        tracer.facts(
            "G3.surgeon", (("surgeon_stable", stable, "file"), ("alignment", alignment, "reader")), surgeon_word
        )
    )
    return value


def _relative(
    facts: LevelFacts,
    patient: PatientFacts,
    sins: SinsInterval,
    alerts: list[str],
    trace: list[TraceStep],
    policy: Policy,
    tracer: Tracer,
) -> tuple[bool, list[str]]:
    limits, reader = policy.gates, facts.reader
    escc = None if facts.escc is None else facts.escc in limits.escc_relative
    retropulsion = at_least(facts.retropulsion, limits.relative_retropulsion_mm)
    canal = at_least(facts.canal, limits.relative_canal_narrowing_percent)
    high = None if facts.rule_level is None else is_above(facts.rule_level, limits.relative_above_level)
    loss = at_least(facts.loss, limits.relative_loss_percent)
    blastic = None if reader.bone_quality is None else reader.bone_quality == "blastic"
    young = None if patient.age is None else patient.age < limits.relative_age_years
    maybe_unstable = patient.stable is True and sins.gate_max >= limits.sins_unstable
    level_origin = "reader" if facts.named_by_reader else "image"
    rows = (
        ("relative_escc", escc, "ESCC", "G7.escc", "escc", facts.escc, facts.escc_origin, "gates.escc_relative"),
        (
            "relative_retropulsion",
            retropulsion,
            "retropulsion",
            "G7.retropulsion",
            "retropulsion_mm",
            facts.retropulsion,
            facts.retropulsion_origin,
            "gates.relative_retropulsion_mm",
        ),
        (
            "relative_canal",
            canal,
            "canal narrowing",
            "G7.canal",
            "canal_narrowing_percent",
            facts.canal,
            facts.canal_origin,
            "gates.relative_canal_narrowing_percent",
        ),
        ("relative_level", high, "level", "G7.level", "level", facts.level, level_origin, "gates.relative_above_level"),
        (
            "relative_loss",
            loss,
            "height loss",
            "G7.loss",
            "loss_percent",
            facts.loss,
            facts.loss_origin,
            "gates.relative_loss_percent",
        ),
        ("relative_blastic", blastic, "bone quality", "G7.bone", "bone_quality", reader.bone_quality, "reader", None),
        ("relative_age", young, "age", "G7.age", "age", patient.age, "file", "gates.relative_age_years"),
    )
    unknown = []
    raised = maybe_unstable
    for code, value, name, rule, key, given, origin, limit in rows:
        if value is None:
            unknown.append(name)
        elif value:
            raised = True
            alerts.append(code)
        held = (limit,) if limit is not None else ()
        trace.append(tracer.fact(rule, key, given, origin, word(value), *held))
    if maybe_unstable:
        alerts.append("relative_sins")
    trace.append(tracer.fact("G7.sins", "sins_max_with_loss_uncertainty", sins.gate_max, "rule", word(maybe_unstable)))
    return raised, unknown


def _edema_step(facts: LevelFacts, tracer: Tracer) -> TraceStep:
    origin = "reader" if facts.edema_origin != "stale" else "stale"
    inputs: tuple[tuple[str, object, str], ...] = (("stir_edema", facts.reader.stir_edema, origin),)
    limits: tuple[str, ...] = ()
    if facts.image is not None:
        inputs += (("edema_fraction", facts.edema_fraction, "image"), ("image_edema", facts.image_edema, "image"))
        limits = ("measurement.edema_fraction_true", "measurement.edema_fraction_false")
    outcome = word(facts.edema)
    if facts.edema is None and facts.image_edema is False and facts.reader.stir_edema is None:
        outcome += "; the image shows none, which a reader must confirm"
    if facts.edema_origin == "stale":
        outcome += "; the MRI is too old"
    return tracer.facts("G6.edema", inputs, outcome, *limits)
