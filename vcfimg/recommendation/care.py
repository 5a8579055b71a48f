"""What goes with a recommendation: biopsy, consults, conditions, notes and the arguments for either procedure."""

from typing import Literal

from vcfimg.policy import Policy
from vcfimg.recommendation.facts import LevelFacts, PatientFacts
from vcfimg.recommendation.gate_outcomes import LevelGates
from vcfimg.recommendation.preference import Choice
from vcfimg.recommendation.recommendation import CodedText, ForAgainst, Preference, Status
from vcfimg.recommendation.sins import SinsInterval
from vcfimg.recommendation.texts import CONDITIONS, NOTES, Texts

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


def consults(
    status: Status, gates: LevelGates, sins: SinsInterval, policy: Policy, texts: Texts
) -> tuple[CodedText, ...]:
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


def conditions(
    status: Status,
    facts: LevelFacts,
    patient: PatientFacts,
    confirm: list[str],
    gates: LevelGates,
    unconfirmed: bool,
    texts: Texts,
) -> tuple[CodedText, ...]:
    """What must hold at or be settled ahead of a procedure."""
    found = []
    if status in OPEN or status is Status.SURGICAL_REVIEW:
        if gates.wall:
            wall = "disrupted" if facts.reader.posterior_wall == "disrupted" else "unknown, which counts as disrupted"
            template = CONDITIONS["operator_decompression"]
            found.append(texts.with_fact("operator", template, wall=wall))
            found.append(texts.with_fact("decompression_backup", CONDITIONS["decompression_backup"], wall=wall))
        else:
            found.append(texts.condition["operator"])
    if unconfirmed:
        found.append(texts.condition["confirm_level"])
    if facts.image_speaks and facts.reader.stir_edema is None:
        found.append(texts.condition["edema_to_be_confirmed"])
    if status is Status.CONTRAINDICATED:
        found.append(texts.condition["reassess"])
    found.extend(texts.condition[code] for code in confirm)
    return tuple(found)


def notes(
    status: Status,
    shown: Preference,
    choice: Choice,
    facts: LevelFacts,
    patient: PatientFacts,
    gates: LevelGates,
    sins: SinsInterval,
    distance: int | None,
    biopsy: str | None,
    policy: Policy,
    texts: Texts,
) -> list[CodedText]:
    """Everything else a reader of this level should see; ``shown`` is the preference that is printed."""
    note, reader, record = texts.note, facts.reader, patient.record
    found = [note[code] for code in gates.against_indication]
    if facts.edema is False:
        found.append(note["chronic_fracture_board"])
    if gates.exam and distance:
        found.append(note["exam_adjacent"])
    if facts.index_why == "judged_as_index" and not patient.exam_levels:
        found.append(note["judged_as_index"])
    if gates.relative_unknown:
        what = ", ".join(gates.relative_unknown)
        found.append(texts.with_fact("relative_unknown", NOTES["relative_unknown"], what=what))
    if gates.sins is None:
        found.append(note["sins_straddles"])
    if gates.sins:
        found.append(note["sins_not_overt"])
    if sins.exactly_at_limit:
        found.append(note["sins_collapse_exactly_at_limit"])
    if patient.positional and patient.vas == 0:
        found.append(note["sins_pain_conflict"])
    if reader.alignment == "translation" and patient.stable is True:
        found.append(note["translation_stable"])
    if facts.loss is not None and facts.uncertainty_origin == "policy":
        found.append(note["loss_uncertainty_assumed"])
    if facts.image is not None and facts.image.stir.substitute and reader.stir_edema is None:
        found.append(note["stir_substitute"])
    if facts.level is None:
        found.append(note["level_unnamed"])
    if reader.prior_rt_gy is not None and reader.prior_rt_gy >= policy.care.prior_rt_gy and not patient.refused:
        found.append(note["rt_dose"])
    if reader.fracture_age_weeks is not None:
        found.append(note["fracture_age"])
    if biopsy is not None:
        found.append(note["biopsy_paramount" if biopsy == "paramount" else "biopsy"])
        if record.histology_known:
            found.append(note["histology_known"])
    if status in OPEN:
        found.append(note["if_biopsy_benign"])
        found += (note["rt_marrow"], note["ablation"], note["instead_of_open_surgery"], note["risks"])
    if shown in (Preference.BKP_FAVOURED, Preference.BKP_GENERAL):
        found.append(note["evidence"])
    if shown is Preference.OPERATOR_CHOICE:
        found.append(texts.with_fact("two_rules_collide", NOTES["two_rules_collide"], which=_collision(facts, choice)))
    if choice.possible and shown is not Preference.WITHHELD:
        one, other = choice.possible
        found.append(_either(one, other))
    if facts.loss is not None:
        found.append(note["supine"])
    found.append(note["preference_only"])
    return found


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


def _either(one: Preference, other: Preference) -> CodedText:
    text = f"Outside the thoracolumbar junction the table gives {one}, inside it {other}; name the level."
    return CodedText.model_construct(code="preference_depends_on_level", text=text)
