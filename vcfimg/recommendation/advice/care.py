"""What goes with a recommendation: biopsy, consults, conditions, notes and the arguments for either procedure."""

import functools
from collections.abc import Iterator
from typing import Literal

from vcfimg.base import Note
from vcfimg.clinical.inputs import BiopsyResult, LevelInputs
from vcfimg.level_names import level_index
from vcfimg.policy import Policy
from vcfimg.policy.decision_sections import CarePolicy
from vcfimg.recommendation.advice.patient_case import PatientCase
from vcfimg.recommendation.advice.preference import Choice
from vcfimg.recommendation.advice.texts import PARTS, Texts
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import GateOutcomes
from vcfimg.recommendation.gates.indication import INDICATION
from vcfimg.recommendation.gates.instability import SINS
from vcfimg.recommendation.gates.posterior_wall import POSTERIOR_WALL
from vcfimg.recommendation.gates.relative_gates import RELATIVE
from vcfimg.recommendation.recommendation import ForAgainst, Preference, Status

CANDIDATES = frozenset({Status.CANDIDATE, Status.CANDIDATE_MDT})
OPEN = CANDIDATES | {Status.INDETERMINATE}
"""Statuses in which a procedure may still follow."""


def biopsy_grade(patient: PatientFacts, policy: Policy) -> Literal["routine", "paramount"]:
    """Routine, or paramount with several primaries or a first metastasis after a long or unknown latency (P18-19).

    A cancer that is known from the history only may be one.
    """
    record = patient.record
    if patient.refused:
        return "routine"
    if record.primaries is not None:
        distinct = {primary.strip().casefold() for primary in record.primaries if primary.strip()}
        if len(distinct) >= policy.care.several_primaries:
            return "paramount"
    if record.cancer_history and record.first_metastasis is None:
        return "paramount"
    late = record.latency_years is None or record.latency_years >= policy.care.latency_long_years
    return "paramount" if record.first_metastasis is True and late else "routine"


def biopsied(facts: LevelFacts, patient: PatientFacts) -> BiopsyResult | None:
    """The result of a biopsy of this level; None where none was taken there, or nobody says where."""
    record = patient.record
    here = facts.level is not None and record.biopsy_level == facts.level
    return record.biopsy_result if here and not patient.refused else None


def proven_malignant(facts: LevelFacts, patient: PatientFacts) -> bool:
    """Whether a biopsy of this very level was malignant; any other result leaves biopsy routine."""
    return biopsied(facts, patient) == "malignant"


def was_irradiated(reader: LevelInputs, policy: CarePolicy) -> bool:
    """Whether the prior dose is one that harms bone: less does in one fraction, or where nobody says in how many."""
    dose, fractions = reader.prior_rt_gy, reader.prior_rt_fractions
    few = fractions is None or fractions <= 1
    return dose is not None and dose >= (policy.prior_rt_single_gy if few else policy.prior_rt_gy)


def _asks_radiation_oncology(status: Status, gates: GateOutcomes) -> bool:
    """For every cancer patient with a painful or fractured level, whatever the status; not after a benign biopsy."""
    case = gates.case
    facts, patient = case.level, case.patient
    if biopsied(facts, patient) == "benign":
        return False
    painful = facts.exam_match is True or (patient.vas is not None and patient.vas >= case.policy.gates.vas_min)
    return status in OPEN or (patient.cancer is True and (painful or facts.is_flagged(case.policy)))


def consults(status: Status, gates: GateOutcomes, policy: Policy, texts: Texts) -> tuple[Note, ...]:
    """Who else is asked."""
    found = []
    if status is Status.EMERGENCY_REVIEW:
        found.append(texts.consult["emergency_neurology"])
    elif status is Status.SURGICAL_REVIEW:
        found.append(texts.consult["spine_surgery_review"])
    elif gates.case.sins.max >= policy.gates.sins_consult:
        found.append(texts.consult["spine_surgery"])
    if _asks_radiation_oncology(status, gates):
        found.append(texts.consult["radiation_oncology"])
    if gates.case.level.escc in policy.gates.escc_surgical:
        found.append(texts.consult["noms"])
    if status is Status.CANDIDATE_MDT or (status is Status.INDETERMINATE and gates.referring() is not None):
        found.append(texts.consult["tumour_board"])
    return tuple(found)


def conditions(gates: GateOutcomes, patient: PatientCase, status: Status) -> tuple[Note, ...]:
    """What must hold at or be settled ahead of a procedure."""
    facts, texts = gates.case.level, patient.texts
    found = []
    if status in OPEN or status is Status.SURGICAL_REVIEW:
        if gates[POSTERIOR_WALL].value:
            wall = "disrupted" if facts.reader.posterior_wall == "disrupted" else "unknown, which counts as disrupted"
            found.append(texts.with_fact("operator_decompression", wall=wall))
            found.append(texts.with_fact("decompression_backup", wall=wall))
        else:
            found.append(texts.condition["operator"])
    if status in CANDIDATES:
        found.append(texts.condition["neurology_on_the_day"])
    if patient.unconfirmed:
        found.append(texts.condition["confirm_level"])
    if facts.image_speaks and facts.reader.stir_edema is None:
        found.append(texts.condition["edema_to_be_confirmed"])
    if status is Status.CONTRAINDICATED:
        found.append(texts.condition["reassess"])
    found.extend(texts.condition[code] for code in gates.confirm())
    return tuple(found)


def notes(
    gates: GateOutcomes, patient: PatientCase, status: Status, shown: Preference, choice: Choice, biopsy: str | None
) -> list[Note]:
    """Everything else a reader of this level should see; ``shown`` is the preference that is printed."""
    return [
        *_on_indication(gates, patient),
        *_on_sins(gates, patient),
        *_on_sources(gates.case.level, patient),
        *_on_treatment(gates.case.level, patient, status, biopsy),
        *_on_preference(gates, patient, shown, choice),
    ]


def _on_indication(gates: GateOutcomes, patient: PatientCase) -> Iterator[Note]:
    facts, note = gates.case.level, patient.texts.note
    yield from (note[code] for code in gates[INDICATION].against)
    if _impending(facts, patient.policy):
        yield note["impending"]
    if facts.edema is False:
        yield note["chronic_fracture_board"]
    if facts.exam_match and facts.exam_distance:
        yield note["exam_adjacent"]
    nobody = not any(level.index for level in patient.facts.record.levels.values())
    if facts.index_why == "judged_as_index" and nobody and not patient.facts.exam_levels:
        yield note["judged_as_index"]
    if gates[RELATIVE].value:
        yield patient.texts.note["relative_care"]
    if open_parts := gates[RELATIVE].open_parts:
        yield patient.texts.with_fact("relative_unknown", what=", ".join(open_parts))


def _impending(facts: LevelFacts, policy: Policy) -> bool:
    """Not yet deformed, with edema, lytic and more than half of the body involved."""
    reader = facts.reader
    return (
        facts.loss is not None
        and facts.loss < policy.preference.deformed_loss_percent
        and facts.edema_seen is True
        and reader.bone_quality == "lytic"
        and reader.body_involved_over_half is True
    )


def _on_sins(gates: GateOutcomes, patient: PatientCase) -> Iterator[Note]:
    facts, sins, note = gates.case.level, gates.case.sins, patient.texts.note
    if gates[SINS].value is None:
        yield note["sins_straddles"]
    if gates[SINS].value:
        yield note["sins_not_overt"]
    if sins.exactly_at_limit:
        yield note["sins_collapse_exactly_at_limit"]
    if patient.facts.positional and patient.facts.vas == 0:
        yield note["sins_pain_conflict"]
    if facts.reader.alignment == "translation" and facts.stable is True:
        yield note["translation_stable"]


def _on_sources(facts: LevelFacts, patient: PatientCase) -> Iterator[Note]:
    note = patient.texts.note
    if facts.loss is not None and facts.uncertainty_origin == "policy":
        yield note["loss_uncertainty_assumed"]
    if facts.image is not None and facts.image.stir.substitute and facts.reader.stir_edema is None:
        yield note["stir_substitute"]
    if facts.level is None:
        yield note["level_unnamed"]


def _on_treatment(facts: LevelFacts, patient: PatientCase, status: Status, biopsy: str | None) -> Iterator[Note]:
    reader, note = facts.reader, patient.texts.note
    if not patient.facts.refused and was_irradiated(reader, patient.policy.care):
        yield note["rt_dose"]
        if reader.prior_rt_fractions == 1:
            yield note["rt_single"]
    if reader.fracture_age_weeks is not None:
        yield note["fracture_age"]
    if biopsied(facts, patient.facts) == "benign":
        yield note["biopsy_benign"]
    if biopsy is not None:
        yield note["biopsy_paramount" if biopsy == "paramount" else "biopsy"]
        if patient.facts.record.histology_known:
            yield note["histology_known"]
    proven = proven_malignant(facts, patient.facts)
    if proven and status in OPEN:
        yield note["biopsy_malignant"]
    if status in OPEN:
        if not proven:
            yield note["if_biopsy_benign"]
        yield from (note[code] for code in ("rt_marrow", "ablation", "instead_of_open_surgery", "risks"))


def evidence_applies(gates: GateOutcomes, policy: Policy) -> bool:
    """Whether the randomised evidence (CAFE) speaks of such a level: its levels, few fractures, not osteoblastic."""
    case, care = gates.case, policy.care
    level, person = case.level.rule_level, case.patient
    count = person.planned if person.planned is not None else case.company.candidates if case.company else 0
    return (
        person.cancer is True
        and level is not None
        and level_index(care.evidence_first) <= level_index(level) <= level_index(care.evidence_last)
        and count <= care.evidence_levels
        and case.level.reader.bone_quality != "blastic"
        and not person.solitary_plasmacytoma
    )


def _on_preference(gates: GateOutcomes, patient: PatientCase, shown: Preference, choice: Choice) -> Iterator[Note]:
    facts, texts = gates.case.level, patient.texts
    if shown in (Preference.BKP_FAVOURED, Preference.BKP_GENERAL) and evidence_applies(gates, patient.policy):
        yield texts.note["evidence"]
    if shown is Preference.OPERATOR_CHOICE:
        yield texts.with_fact("two_rules_collide", which=_collision(facts, choice))
    if choice.possible and shown is not Preference.WITHHELD:
        outside, inside = choice.possible
        yield texts.with_fact("preference_depends_on_level", outside=outside.value, inside=inside.value)
    if facts.loss is not None:
        yield texts.note["supine"]
    yield texts.note["preference_only"]


def arguments(gates: GateOutcomes, shown: Preference, choice: Choice, policy: Policy) -> ForAgainst:
    """The paper's reasons for and against either procedure at this level; empty without a loss or while withheld."""
    facts = gates.case.level
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
    elif facts.shape:
        vp.append(
            f"A height {loss} % below the expected one occurs in healthy bodies of this level, and neither edema nor "
            "the other heights speak for a collapse: not counted as deformed (design), a reader decides."
        )
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
    bkp += _BKP_FOR if evidence_applies(gates, policy) else _BKP_FOR[:1]
    return _for_against(tuple(bkp), (*vp, *_VP_FOR), (*against_bkp, *_BKP_AGAINST))


@functools.lru_cache(maxsize=1024)
def _for_against(bkp: tuple[str, ...], vp: tuple[str, ...], bkp_against: tuple[str, ...]) -> ForAgainst:
    """Shared between patients, as the sentences are few."""
    return ForAgainst.model_construct(
        augmentation=_FOR,
        augmentation_against=_AGAINST,
        bkp=bkp,
        vp=vp,
        bkp_against=bkp_against,
        vp_against=_VP_AGAINST,
    )


_NO_ARGUMENTS = ForAgainst()
_FOR = (
    "Immediate effect, no recumbency, mostly outpatient; a biopsy and some height are gained.",
    "CAFE (2012): pain, disability, quality of life and analgesics improved against non-surgical care.",
    "Cement may act on tumour, which does not replace radiation; BKP has been combined with intensity-modulated "
    "radiation.",
)
_AGAINST = (
    "It costs more than conservative care.",
    "Rare complications: leakage into canal or foramen, pulmonary embolism, osteomyelitis, pneumothorax, "
    "retroperitoneal haematoma.",
)
"""The paper's words for and against augmentation as such."""
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
    bkp = [PARTS["junction_for_bkp"]] if choice.junction else []
    bkp += [PARTS["collapse_for_bkp"]] if choice.degree == 2 else []
    vp = [] if facts.index else [PARTS["non_index_for_vp"]]
    vp += [PARTS["not_deformed_for_vp"]] if choice.degree == 0 else []
    return f"{' and '.join(bkp)}; {' and '.join(vp)}"
