"""What goes with a recommendation: biopsy, consults, conditions, notes and the arguments for either procedure."""

from collections.abc import Iterator
from typing import Literal

from vcfimg.base import Note
from vcfimg.policy import Policy
from vcfimg.recommendation.advice.level_case import LevelCase, PatientCase
from vcfimg.recommendation.advice.preference import Choice
from vcfimg.recommendation.advice.texts import CONDITIONS, NOTES, Texts
from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import LevelGates
from vcfimg.recommendation.gates.sins import SinsInterval
from vcfimg.recommendation.recommendation import ForAgainst, Preference, Status

CANDIDATES = frozenset({Status.CANDIDATE, Status.CANDIDATE_MDT})
OPEN = CANDIDATES | {Status.INDETERMINATE}
"""Statuses in which a procedure may still follow."""


def biopsy_grade(patient: PatientFacts, policy: Policy) -> Literal["routine", "paramount"]:
    """Routine, or paramount with several primaries or a first metastasis after a long or unknown latency (P18-19)."""
    record = patient.record
    if patient.refused:
        return "routine"
    if record.primaries is not None:
        distinct = {primary.strip().casefold() for primary in record.primaries if primary.strip()}
        if len(distinct) >= policy.care.several_primaries:
            return "paramount"
    late = record.latency_years is None or record.latency_years >= policy.care.latency_long_years
    return "paramount" if record.first_metastasis is True and late else "routine"


def consults(status: Status, gates: LevelGates, sins: SinsInterval, policy: Policy, texts: Texts) -> tuple[Note, ...]:
    """Who else is asked."""
    found = []
    if status is Status.EMERGENCY_REVIEW:
        found.append(texts.consult["emergency_neurology"])
    elif status is Status.SURGICAL_REVIEW:
        found.append(texts.consult["spine_surgery_review"])
    elif sins.max >= policy.gates.sins_consult:
        found.append(texts.consult["spine_surgery"])
    if status in OPEN:
        found.append(texts.consult["radiation_oncology"])
    if status is Status.CANDIDATE_MDT or (status is Status.INDETERMINATE and gates.relative):
        found.append(texts.consult["tumour_board"])
    return tuple(found)


def conditions(case: LevelCase, patient: PatientCase, status: Status) -> tuple[Note, ...]:
    """What must hold at or be settled ahead of a procedure."""
    facts, gates, texts = case.facts, case.gates, patient.texts
    found = []
    if status in OPEN or status is Status.SURGICAL_REVIEW:
        if gates.wall:
            wall = "disrupted" if facts.reader.posterior_wall == "disrupted" else "unknown, which counts as disrupted"
            template = CONDITIONS["operator_decompression"]
            found.append(texts.with_fact("operator", template, wall=wall))
            found.append(texts.with_fact("decompression_backup", CONDITIONS["decompression_backup"], wall=wall))
        else:
            found.append(texts.condition["operator"])
    if patient.unconfirmed:
        found.append(texts.condition["confirm_level"])
    if facts.image_speaks and facts.reader.stir_edema is None:
        found.append(texts.condition["edema_to_be_confirmed"])
    if status is Status.CONTRAINDICATED:
        found.append(texts.condition["reassess"])
    found.extend(texts.condition[code] for code in (*gates.confirm, *patient.gates.confirm))
    return tuple(found)


def notes(
    case: LevelCase, patient: PatientCase, status: Status, shown: Preference, choice: Choice, biopsy: str | None
) -> list[Note]:
    """Everything else a reader of this level should see; ``shown`` is the preference that is printed."""
    return [
        *_on_indication(case, patient),
        *_on_sins(case, patient),
        *_on_sources(case, patient),
        *_on_treatment(case.facts, patient, status, biopsy),
        *_on_preference(case.facts, patient.texts, shown, choice),
    ]


def _on_indication(case: LevelCase, patient: PatientCase) -> Iterator[Note]:
    facts, gates, note = case.facts, case.gates, patient.texts.note
    yield from (note[code] for code in gates.against_indication)
    if facts.edema is False:
        yield note["chronic_fracture_board"]
    if gates.exam and case.distance:
        yield note["exam_adjacent"]
    nobody = not any(level.index for level in patient.facts.record.levels.values())
    if facts.index_why == "judged_as_index" and nobody and not patient.facts.exam_levels:
        yield note["judged_as_index"]
    if gates.relative_unknown:
        what = ", ".join(gates.relative_unknown)
        yield patient.texts.with_fact("relative_unknown", NOTES["relative_unknown"], what=what)


def _on_sins(case: LevelCase, patient: PatientCase) -> Iterator[Note]:
    gates, note = case.gates, patient.texts.note
    if gates.sins is None:
        yield note["sins_straddles"]
    if gates.sins:
        yield note["sins_not_overt"]
    if case.sins.exactly_at_limit:
        yield note["sins_collapse_exactly_at_limit"]
    if patient.facts.positional and patient.facts.vas == 0:
        yield note["sins_pain_conflict"]
    if case.facts.reader.alignment == "translation" and patient.facts.stable is True:
        yield note["translation_stable"]


def _on_sources(case: LevelCase, patient: PatientCase) -> Iterator[Note]:
    facts, note = case.facts, patient.texts.note
    if facts.loss is not None and facts.uncertainty_origin == "policy":
        yield note["loss_uncertainty_assumed"]
    if facts.image is not None and facts.image.stir.substitute and facts.reader.stir_edema is None:
        yield note["stir_substitute"]
    if facts.level is None:
        yield note["level_unnamed"]


def _on_treatment(facts: LevelFacts, patient: PatientCase, status: Status, biopsy: str | None) -> Iterator[Note]:
    reader, note = facts.reader, patient.texts.note
    dose = None if patient.facts.refused else reader.prior_rt_gy
    if dose is not None and dose >= patient.policy.care.prior_rt_gy:
        yield note["rt_dose"]
    if reader.fracture_age_weeks is not None:
        yield note["fracture_age"]
    if biopsy is not None:
        yield note["biopsy_paramount" if biopsy == "paramount" else "biopsy"]
        if patient.facts.record.histology_known:
            yield note["histology_known"]
    if status in OPEN:
        yield note["if_biopsy_benign"]
        yield from (note[code] for code in ("rt_marrow", "ablation", "instead_of_open_surgery", "risks"))


def _on_preference(facts: LevelFacts, texts: Texts, shown: Preference, choice: Choice) -> Iterator[Note]:
    if shown in (Preference.BKP_FAVOURED, Preference.BKP_GENERAL):
        yield texts.note["evidence"]
    if shown is Preference.OPERATOR_CHOICE:
        yield texts.with_fact("two_rules_collide", NOTES["two_rules_collide"], which=_collision(facts, choice))
    if choice.possible and shown is not Preference.WITHHELD:
        yield _either(*choice.possible)
    if facts.loss is not None:
        yield texts.note["supine"]
    yield texts.note["preference_only"]


def arguments(facts: LevelFacts, shown: Preference, choice: Choice, policy: Policy) -> ForAgainst:
    """The paper's reasons for and against either procedure at this level; empty without a loss or while withheld."""
    if choice.degree is None or facts.loss is None or shown is Preference.WITHHELD:
        return _NO_ARGUMENTS
    limits = policy.preference
    # one decimal where a whole number would read as the other side of a limit
    near = any(round(facts.loss) == limit for limit in (limits.deformed_loss_percent, limits.bkp_favoured_loss_percent))
    loss = f"{facts.loss:.1f}" if near and facts.loss != round(facts.loss) else f"{facts.loss:.0f}"
    bkp, vp, against_bkp = [], [], []
    if choice.degree == 2:
        bkp.append(
            f"Collapse of {loss} % is significant (at least {limits.bkp_favoured_loss_percent:g} %, design): "
            "BKP is favoured for significantly collapsed vertebrae (P11)."
        )
    elif choice.degree == 1:
        bkp.append(f"The vertebra is deformed ({loss} %): BKP is generally favoured (P11).")
    else:
        vp.append(
            f"The vertebra is not deformed ({loss} %, below {limits.deformed_loss_percent:g} %, design): VP "
            "avoids unnecessary cost (P13)."
        )
    if choice.junction:
        bkp.append(
            f"{facts.label} lies in the high-stress thoracolumbar junction ({limits.junction_first}-"
            f"{limits.junction_last}, design): BKP is favoured (P12)."
        )
    if not facts.index:
        vp.append("Not the index fracture: VP avoids unnecessary cost (P13).")
    if not facts.index or choice.degree == 0:
        against_bkp.append("Cost without clear need at a non-index or non-deformed vertebra (P13).")
    return ForAgainst.model_construct(
        bkp=(*bkp, *_BKP_FOR),
        vp=(*vp, *_VP_FOR),
        bkp_against=(*against_bkp, *_BKP_AGAINST),
        vp_against=_VP_AGAINST,
    )


_NO_ARGUMENTS = ForAgainst()
_BKP_FOR = (
    "Better reduction of kyphosis and less cement leakage than VP (P15).",
    "Randomised evidence in cancer against non-surgical care (CAFE, P16); none against VP.",
)
_VP_FOR = ("Lower cost than BKP (P15).",)
_BKP_AGAINST = ("Higher cost than VP (P15).",)
_VP_AGAINST = (
    "More cement leakage than BKP (P15).",
    "No randomised study of VP in cancer (P16).",
    "No better than sham or conservative care in osteoporotic fractures (P17); it counts should the biopsy be benign.",
)


def _collision(facts: LevelFacts, choice: Choice) -> str:
    bkp = []
    if choice.junction:
        bkp.append("the thoracolumbar junction favours BKP (P12)")
    if choice.degree == 2:
        bkp.append("significant collapse favours BKP (P11)")
    vp = []
    if not facts.index:
        vp.append("a non-index fracture is a case for VP (P13)")
    if choice.degree == 0:
        vp.append("a non-deformed vertebra is a case for VP (P13)")
    return f"{' and '.join(bkp)}; {' and '.join(vp)}"


def _either(one: Preference, other: Preference) -> Note:
    text = f"Outside the thoracolumbar junction the table gives {one}, inside it {other}; name the level."
    return Note.model_construct(code="preference_depends_on_level", text=text)
