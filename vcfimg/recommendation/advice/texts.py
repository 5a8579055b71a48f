"""Every sentence of the engine that rests on something or states a fact, by its stable code.

No sentence gives an order of radiation and augmentation, a deadline, or promises fewer later fractures or longer life.
Braces hold policy values or facts. Each entry says what it rests on: a sentence about a number of the policy takes its
kind from there, so that a site's own value is never presented as the paper's; tumour board, Bilsky grades and staging
are guideline or design, never the paper's.
"""

from dataclasses import dataclass
from typing import Any, Final

from vcfimg.base import Kind, Note
from vcfimg.policy import Policy


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence; ``kind`` is what it rests on, None for a fact about this study."""

    text: str
    kind: Kind | None = None
    basis: str | None = None
    """The policy value that it is about, which then gives the kind."""
    code: str | None = None
    """Its code where that is not its key: two sentences of one code."""


ALERTS: Final[dict[str, Text]] = {
    "cord_compression": Text("G1: clinical spinal cord or cauda compression is recorded; emergency review.", "paper"),
    "neurological_deficit": Text("G1: a new neurological deficit is recorded; emergency review.", "design"),
    "cord_unknown": Text(
        "Whether there is clinical cord or cauda compression is not recorded; examine the patient.", "design"
    ),
    "deficit_unknown": Text(
        "Whether there is a new neurological deficit is not recorded; examine the patient.", "design"
    ),
    "epidural_high_grade": Text(
        "G2: high-grade epidural compression (ESCC {escc_surgical}); surgical review.", basis="gates.escc_surgical"
    ),
    "overt_instability": Text("G3: overt instability is recorded; surgical review.", "paper"),
    "surgeon_unstable": Text("G3: a surgeon records the level as not stable; surgical review.", "design"),
    "translation": Text("G3: translation or subluxation without a surgeon's 'stable'; surgical review.", "design"),
    "instability_conflict": Text(
        "Overt instability is recorded and yet a surgeon records 'stable'; the surgical review stays "
        "until it is settled which holds.",
        "design",
    ),
    "sins_unstable": Text(
        "G4: SINS is at least {sins_unstable} (unstable range) and no surgeon records 'stable'; surgical "
        "review. A high SINS is not the same as overt instability.",
        basis="gates.sins_unstable",
    ),
    "infection": Text("G5: infection is recorded; contraindicated, reassess once treated.", "guideline"),
    "coagulopathy": Text("G5: coagulopathy is uncorrected; contraindicated, reassess once corrected.", "guideline"),
    "cement_allergy": Text("G5: allergy to cement is recorded; contraindicated.", "guideline"),
    "pregnancy": Text("G5: pregnancy is recorded; contraindicated, reassess.", "guideline"),
    "age_out_of_scope": Text(
        "G0: younger than {scope_min_age_years} years; outside the scope.", basis="gates.scope_min_age_years"
    ),
    "instrumented": Text("G0: the level is instrumented; outside the scope.", "design"),
    "trauma": Text("G0: acute trauma; outside the scope.", "design"),
    "primary_bone_tumour": Text("G0: primary bone tumour; outside the scope.", "design"),
    "primary_bone_tumour_conflict": Text(
        "The list of primaries and the entry 'primary bone tumour' disagree; the entry was used. Myeloma,"
        " plasmacytoma and lymphoma count as cancer, not as primary bone tumours.",
        "design",
    ),
    "conflict": Text("The record or its sources contradict each other on {field}; settle which holds."),
    "danger_unreadable": Text("{field} is recorded in a way that nobody can read: it counts as unknown."),
    "neurology_abnormal": Text(
        "The neurological examination is recorded as not normal; examine for cord and cauda compression.", "design"
    ),
    "cord_elsewhere": Text("G1: cord compression or a new deficit holds for another level; clear it first.", "design"),
    "epidural_elsewhere": Text("G2: another level has high-grade epidural compression; clear it first.", "design"),
    "instability_elsewhere": Text("G3: another level is unstable; clear it first.", "design"),
    "sins_elsewhere": Text("G4: another level has a SINS in the unstable range; clear it first.", "design"),
    "not_cancer": Text("G0: no cancer is recorded; the paper covers cancer-related fractures.", "paper"),
    "unexplained_lesion": Text("No cancer is known and the lesion is unexplained: work-up and biopsy.", "design"),
    "no_body": Text("G0: C1 has no vertebral body; outside the scope.", "design"),
    "sacrum": Text("G0: cement in the sacrum is sacroplasty; outside the scope.", "design"),
    "sins_reported_above": Text(
        "The reported SINS is higher than the items allow; the higher one counts.", "design", code="conflict"
    ),
    "sins_reported_below": Text("The reported SINS is lower than the items allow; the items count.", "design"),
    "relative_translation": Text("G7: translation is recorded and a surgeon records 'stable': tumour board.", "design"),
    "relative_plasmacytoma": Text(
        "G7: solitary plasmacytoma, in which definitive radiotherapy is to be weighed: tumour board.", "design"
    ),
    "relative_escc": Text(
        "G7: epidural disease (ESCC {escc_relative}); formerly a contraindication, now relative: tumour board.",
        "guideline",
    ),
    "relative_retropulsion": Text(
        "G7: retropulsion of {relative_retropulsion_mm} mm or more: tumour board.",
        basis="gates.relative_retropulsion_mm",
    ),
    "relative_canal": Text(
        "G7: canal narrowing of {relative_canal_narrowing_percent} % or more: tumour board.",
        basis="gates.relative_canal_narrowing_percent",
    ),
    "relative_level": Text(
        "G7: level above {relative_above_level} (upper thoracic or cervical); formerly a "
        "contraindication, now relative: tumour board.",
        basis="gates.relative_above_level",
    ),
    "relative_loss": Text(
        "G7: height loss of {relative_loss_percent} % or more: tumour board.", basis="gates.relative_loss_percent"
    ),
    "relative_blastic": Text("G7: osteoblastic lesion: tumour board.", "guideline"),
    "relative_age": Text(
        "G7: younger than {relative_age_years} years: tumour board.", basis="gates.relative_age_years"
    ),
    "relative_levels": Text("G7: more than {relative_max_levels} levels: tumour board.", "design"),
    "relative_sins": Text(
        "G7: SINS may reach {sins_unstable} although a surgeon records 'stable': tumour board.", "design"
    ),
    "record_refused": Text(
        "The clinical record was refused: its entries count as unknown, apart from valid dangers. Correct the record."
    ),
    "recheck_numbering": Text("Recheck the numbering of the vertebrae: the finding does not sit at this level."),
    "date_after_decision": Text("A date lies after the decision date: what it dates is not used; check the dates."),
    "image_disagrees": Text("The image is worse than the reader: {what}.", "design"),
    "reader_loss_elsewhere": Text(
        "Recheck the numbering: the reader's loss at {level} fits {where}.", "design", code="recheck_numbering"
    ),
    "reader_edema_elsewhere": Text(
        "Recheck the numbering: the reader's edema at {level} fits {where}.", "design", code="recheck_numbering"
    ),
}
CONDITIONS: Final[dict[str, Text]] = {
    "operator": Text(
        "An operator experienced enough to decompress at once, or else a spine surgeon available.", "paper"
    ),
    "operator_decompression": Text(
        "An operator experienced enough to decompress at once, or else a spine surgeon immediately available: the "
        "posterior wall is {wall}.",
        "paper",
        code="operator",
    ),
    "decompression_backup": Text("Immediate open decompression must be possible (posterior wall {wall}).", "paper"),
    "neurology_on_the_day": Text("Neurology re-examined on the day of the procedure.", "design"),
    "confirm_level": Text("Confirm the numbering of the levels: no person has confirmed it.", "design"),
    "edema_to_be_confirmed": Text("A reader must confirm the edema: the image threshold is not validated.", "design"),
    "confirm_instability": Text("Confirm the absence of overt instability before the procedure.", "paper"),
    "confirm_cement_allergy": Text("Confirm the absence of cement allergy before the procedure.", "guideline"),
    "confirm_pregnancy": Text("Confirm the absence of pregnancy before the procedure.", "guideline"),
    "confirm_age": Text("Confirm the age before the procedure.", "design"),
    "confirm_not_instrumented": Text("Confirm before the procedure that the level is not instrumented.", "design"),
    "confirm_no_trauma": Text("Confirm before the procedure that there was no acute trauma.", "design"),
    "confirm_no_primary_bone_tumour": Text(
        "Confirm before the procedure that this is not a primary bone tumour.", "design"
    ),
    "reassess": Text("Reassess when the contraindication is resolved.", "guideline"),
}
CONSULTS: Final[dict[str, Text]] = {
    "radiation_oncology": Text(
        "Radiation oncology: RT is complementary, offered to some and beneficial in most; RT alone does "
        "not fix mechanical pain. The sequence of RT and augmentation must be individualised.",
        "paper",
    ),
    "noms": Text(
        "Surgeon and radiation oncologist together: NOMS weighs radiosensitivity (myeloma, lymphoma, small-cell, "
        "seminoma).",
        "guideline",
    ),
    "spine_surgery": Text(
        "Spine surgery: potentially unstable by SINS ({sins_consult} or more).", basis="gates.sins_consult"
    ),
    "spine_surgery_review": Text("Spine surgery: review of stability and epidural disease.", "design"),
    "emergency_neurology": Text(
        "Emergency: spine surgery or neurosurgery, with imaging of the cord at once.", "design"
    ),
    "tumour_board": Text("Multidisciplinary tumour board.", "design"),
}
NOTES: Final[dict[str, Text]] = {
    "pain_below_threshold": Text("Pain is below VAS {vas_min}.", basis="gates.vas_min"),
    "pain_not_positional": Text("The pain does not increase with axial loading.", "paper"),
    "exam_mismatch": Text("The pain does not correspond with the examination at this level.", "paper"),
    "no_stir_edema": Text("A reader sees no edema on STIR.", "paper"),
    "chronic_fracture_board": Text(
        "The paper disagrees with itself here: chronic fractures benefit too, yet its offer requires "
        "edema on STIR. The tumour board may discuss it.",
        "design",
    ),
    "exam_adjacent": Text(
        "The examined level is not exactly this one but within {exam_match_levels} level(s): accepted as "
        "the same area (design choice).",
        "design",
    ),
    "impending": Text(
        "An impending fracture: little loss so far, edema, lytic bone and more than half of the body involved."
        " Augmentation of impending vertebrae is an option to discuss (P22).",
        "paper",
    ),
    "judged_as_index": Text(
        "No examination and no reader names the index level: this level is judged as index.", "design"
    ),
    "relative_unknown": Text("Unknown and not counted as absent among the relative gates (G7): {what}.", "design"),
    "sins_collapse_exactly_at_limit": Text(
        "Collapse is exactly {collapse_percent} %, which SINS leaves undefined; scored as up to {collapse_percent} %.",
        "guideline",
    ),
    "sins_pain_conflict": Text(
        "Positional pain is recorded together with VAS 0; SINS scores it as mechanical.", "guideline"
    ),
    "sins_straddles": Text(
        "SINS may or may not reach {sins_unstable}: a surgeon's 'stable', or alignment and posterolateral"
        " elements, would settle it.",
        basis="gates.sins_unstable",
    ),
    "translation_stable": Text("Translation is recorded; a surgeon records the level as stable."),
    "loss_uncertainty_assumed": Text(
        "No uncertainty of the height loss is given; {reader_loss_uncertainty_percent} points are assumed"
        " (inter-reader agreement).",
        basis="facts.reader_loss_uncertainty_percent",
    ),
    "stir_substitute": Text("Edema was read on a substitute for STIR, a lower grade of evidence.", "design"),
    "level_unnamed": Text("This vertebra has no level name; rules that depend on the level are left open.", "design"),
    "level_not_in_images": Text("The record names this level, the images do not show it under that name."),
    "vas_undated": Text("The VAS has no date; it was used as current.", "design"),
    "vas_stale": Text(
        "The VAS is older than {vas_max_age_days} days at the decision date and counts as unknown.",
        basis="facts.vas_max_age_days",
    ),
    "exam_undated": Text("The examination has no date; it was used as current.", "design"),
    "exam_stale": Text(
        "The examination is older than {exam_max_age_days} days at the decision date and counts as unknown.",
        basis="facts.exam_max_age_days",
    ),
    "mri_undated": Text("The MRI has no date; it was used as current.", "design"),
    "mri_stale": Text(
        "The MRI is older than {mri_max_age_days} days at the decision date: its findings no longer clear"
        " or indicate anything, its measurements and warnings stay.",
        basis="facts.mri_max_age_days",
    ),
    "rt_dose": Text(
        "Radiation of {prior_rt_gy} Gy or more, or of {prior_rt_single_gy} Gy or more in one or an unknown number of "
        "fractions, was given to this level: reduced bone quality is likely.",
        basis="care.prior_rt_gy",
    ),
    "rt_single": Text(
        "In one cohort 39 % of vertebrae irradiated in one fraction fractured; that holds for no other schedule.",
        "paper",
    ),
    "fracture_age": Text(
        "The age of the fracture excludes nothing: older malignant fractures still benefit, and malignant"
        " fractures may not recover; no trial of conservative care is demanded.",
        "paper",
    ),
    "histology_known": Text(
        "Histology is recorded as known; biopsy stays routine all the same, since this fracture may be benign.", "paper"
    ),
    "biopsy_malignant": Text("A biopsy of this level was malignant; none is asked for again.", "design"),
    "biopsy": Text(
        "Biopsy at the same procedure adds no morbidity. Malignancy is never assumed: about half of the patients had "
        "malignant histology in one series; other causes are osteoporosis, steroids, chemotherapy and radiation. "
        "Biopsy may reveal a new neoplasm; histology informs staging and may make radiation unnecessary or support "
        "it.",
        "paper",
    ),
    "biopsy_paramount": Text(
        "Biopsy is of paramount importance: several primaries, or a first metastasis after a long or "
        "unknown latency. Malignancy is never assumed; histology informs staging and may make radiation "
        "unnecessary or support it.",
        "paper",
    ),
    "biopsy_benign": Text("The biopsy of this level was benign, which may preclude radiation.", "paper"),
    "relative_care": Text(
        "With a relative contraindication: neuromonitoring and an individual technique; patients often cannot "
        "withstand a vertebrectomy.",
        "paper",
    ),
    "if_biopsy_benign": Text(
        "Should the biopsy be benign: VP was no better than sham or conservative care in osteoporotic fractures.",
        "design",
    ),
    "evidence": Text(
        "Randomised evidence (CAFE, n = 134: 70 BKP, 64 control, 38 crossed over) supports BKP against "
        "non-surgical care. No randomised trial compares BKP with VP in cancer.",
        "paper",
    ),
    "two_rules_collide": Text("Two of the paper's rules collide here and it gives no precedence: {which}.", "paper"),
    "rt_marrow": Text("RT can cost bone-marrow function that chemotherapy needs.", "paper"),
    "ablation": Text("In selected cases augmentation can be combined with radiofrequency ablation.", "paper"),
    "instead_of_open_surgery": Text(
        "Augmentation in lieu of open surgery or of pain-ablation procedures can be discussed.", "paper"
    ),
    "risks": Text(
        "Rare complications: leakage into canal or foramen, pulmonary embolism, osteomyelitis, "
        "pneumothorax, retroperitoneal haematoma.",
        "paper",
    ),
    "supine": Text("Supine imaging understates collapse compared with sitting or standing.", "design"),
    "preference_only": Text("The choice is largely operator-dependent: this is a preference, never an order.", "paper"),
    "sins_not_overt": Text("SINS in the unstable range is not overt instability; a surgeon decides.", "design"),
    "preference_depends_on_level": Text(
        "Outside the thoracolumbar junction the table gives {outside}, inside it {inside}; name the level.", "design"
    ),
    "dates": Text("Decision date {as_of}; VAS {vas}; examination {exam}; MRI {mri}."),
    "images_alone": Text("No clinical facts were given: preferences are shown, no status can be reached."),
}
PLAN: Final[dict[str, Text]] = {
    "danger_first": Text("No session is planned before the danger at another level is cleared.", "design"),
    "provisional": Text(
        "The sessions are provisional: a danger at another level is not excluded.", "design", code="provisional"
    ),
    "board_decides": Text("Tumour board decides on {levels}.", "design", code="tumour_board"),
    "many_levels": Text(
        "{total} {kind} levels: more than {relative_max_levels} go to the tumour board (P21: up to 3, or 4).",
        "design",
        code="tumour_board",
    ),
    "staged": Text("More than {levels_staged_above} levels lie outside the paper's text; staged sessions.", "design"),
    "planned_levels": Text("{planned} levels are planned, {count} are candidates."),
    "neighbour_option": Text(
        "{level} ({why}): augmentation is an option to discuss, also for cement in the disc (P22).", "paper"
    ),
}
PARTS: Final[dict[str, str]] = {
    "loss": "height loss {image:.0f} % on the image, {reader:.0f} % by the reader",
    "edema": "edema on the image, none by the reader",
    "retropulsion": "retropulsion {worse:.1f} mm more on the image than by the reader",
    "wall": "retropulsion of {image:.1f} mm on the image, wall intact by the reader",
    "canal": "canal narrowing {worse:.0f} points more on the image than by the reader",
    "junction_for_bkp": "the thoracolumbar junction favours BKP (P12)",
    "collapse_for_bkp": "significant collapse favours BKP (P11)",
    "non_index_for_vp": "a non-index fracture is a case for VP (P13)",
    "not_deformed_for_vp": "a non-deformed vertebra is a case for VP (P13)",
}
"""Parts of sentences that list several."""


class Texts:
    """The sentences with one policy's values filled in."""

    def __init__(self, policy: Policy) -> None:
        self._values = {key.rsplit(".", 1)[-1]: _written(value) for key, value in policy.values().items()}
        self._policy = policy
        self.alert = self._filled(ALERTS)
        self.condition = self._filled(CONDITIONS)
        self.consult = self._filled(CONSULTS)
        self.note = self._filled(NOTES)
        self._made: dict[tuple[str, str], Note] = {}

    def with_fact(self, name: str, **facts: Any) -> Note:
        """A sentence with a fact of the case in it; shared between patients."""
        key = (name, repr(facts))
        found = self._made.get(key)
        if found is None:
            entry = _ALL[name]
            found = self._note(name, entry, entry.text.format(**{**self._values, **facts}))
            if len(self._made) < _SHARED_NOTES:
                self._made[key] = found
        return found

    def _note(self, name: str, entry: Text, text: str) -> Note:
        kind = entry.kind if entry.basis is None else self._policy.basis[entry.basis].kind
        return Note(code=entry.code or name, text=text, kind=kind)

    def _filled(self, table: dict[str, Text]) -> dict[str, Note]:
        known = _Known(self._values)
        return {name: self._note(name, entry, entry.text.format_map(known)) for name, entry in table.items()}


def _written(value: Any) -> str:
    """A policy value as a sentence holds it: ``1a, 1b or 1c`` for a list."""
    if isinstance(value, list | tuple):
        *others, last = [str(one) for one in value] or ["none"]
        return f"{', '.join(others)} or {last}" if others else last
    return f"{value:g}" if isinstance(value, float) else str(value)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


_ALL: Final = {**ALERTS, **CONDITIONS, **CONSULTS, **NOTES, **PLAN}
_SHARED_NOTES: Final = 4096
