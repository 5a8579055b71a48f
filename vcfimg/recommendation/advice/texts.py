"""Every sentence the engine can say, by its stable code.

No sentence gives an order of radiation and augmentation, a deadline, or promises fewer later fractures or longer life.
Braces hold policy values or facts.
"""

from typing import Any, Final

from vcfimg.base import Note
from vcfimg.policy import Policy

ALERTS: Final[dict[str, str]] = {
    "cord_compression": "G1: clinical spinal cord or cauda compression is recorded; emergency review.",
    "neurological_deficit": "G1: a new neurological deficit is recorded; emergency review.",
    "cord_unknown": "Whether there is clinical cord or cauda compression is not recorded; examine the patient.",
    "deficit_unknown": "Whether there is a new neurological deficit is not recorded; examine the patient.",
    "epidural_high_grade": "G2: high-grade epidural compression (ESCC {escc_surgical}); surgical review.",
    "overt_instability": "G3: overt instability is recorded; surgical review.",
    "surgeon_unstable": "G3: a surgeon records the level as not stable; surgical review.",
    "translation": "G3: translation or subluxation without a surgeon's 'stable'; surgical review.",
    "instability_conflict": "Overt instability is recorded and yet a surgeon records 'stable'; the surgical "
    "review stays until it is settled which holds.",
    "sins_unstable": "G4: SINS is at least {sins_unstable} (unstable range) and no surgeon records 'stable'; "
    "surgical review. A high SINS is not the same as overt instability.",
    "infection": "G5: infection is recorded; contraindicated, reassess once treated.",
    "coagulopathy": "G5: coagulopathy is uncorrected; contraindicated, reassess once corrected.",
    "cement_allergy": "G5: allergy to cement is recorded; contraindicated.",
    "pregnancy": "G5: pregnancy is recorded; contraindicated, reassess.",
    "age_out_of_scope": "G0: younger than {scope_min_age_years} years; outside the scope.",
    "instrumented": "G0: the level is instrumented; outside the scope.",
    "trauma": "G0: acute trauma; outside the scope.",
    "primary_bone_tumour": "G0: primary bone tumour; outside the scope.",
    "primary_bone_tumour_conflict": "The list of primaries and the entry 'primary bone tumour' disagree; the entry "
    "was used. Myeloma, plasmacytoma and lymphoma count as cancer, not as primary bone tumours.",
    "cancer_conflict": "Cancer is recorded as absent and yet primaries are listed; settle which holds.",
    "relative_escc": "G7: epidural disease (ESCC {escc_relative}); formerly a contraindication, now relative: "
    "tumour board.",
    "relative_retropulsion": "G7: retropulsion of {relative_retropulsion_mm} mm or more: tumour board.",
    "relative_canal": "G7: canal narrowing of {relative_canal_narrowing_percent} % or more: tumour board.",
    "relative_level": "G7: level above {relative_above_level} (upper thoracic or cervical); formerly a "
    "contraindication, now relative: tumour board.",
    "relative_loss": "G7: height loss of {relative_loss_percent} % or more: tumour board.",
    "relative_blastic": "G7: osteoblastic lesion: tumour board.",
    "relative_age": "G7: younger than {relative_age_years} years: tumour board.",
    "relative_levels": "G7: more than {relative_max_levels} levels: tumour board.",
    "relative_sins": "G7: SINS may reach {sins_unstable} although a surgeon records 'stable': tumour board.",
    "record_refused": "The clinical record was refused: its entries count as unknown, apart from valid dangers. "
    "Correct the record.",
    "recheck_numbering": "Recheck the numbering of the vertebrae: the finding does not sit at this level.",
    "date_after_decision": "A date lies after the decision date; check the dates.",
}
CONDITIONS: Final[dict[str, str]] = {
    "operator": "Experienced operator, or a spine surgeon available.",
    "operator_decompression": "Experienced operator who can do open decompression at once, or a spine surgeon "
    "immediately available: the posterior wall is {wall}.",
    "decompression_backup": "Immediate open decompression must be possible (posterior wall {wall}).",
    "confirm_level": "Confirm the numbering of the levels: no person has confirmed it.",
    "edema_to_be_confirmed": "A reader must confirm the edema: the image threshold is not validated.",
    "confirm_instability": "Confirm the absence of overt instability before the procedure.",
    "confirm_cement_allergy": "Confirm the absence of cement allergy before the procedure.",
    "confirm_pregnancy": "Confirm the absence of pregnancy before the procedure.",
    "confirm_age": "Confirm the age before the procedure.",
    "confirm_not_instrumented": "Confirm before the procedure that the level is not instrumented.",
    "confirm_no_trauma": "Confirm before the procedure that there was no acute trauma.",
    "confirm_no_primary_bone_tumour": "Confirm before the procedure that this is not a primary bone tumour.",
    "reassess": "Reassess when the contraindication is resolved.",
}
CONSULTS: Final[dict[str, str]] = {
    "radiation_oncology": "Radiation oncology: RT is complementary, offered to some and beneficial in most; RT alone "
    "does not fix mechanical pain. The sequence of RT and augmentation must be individualised.",
    "spine_surgery": "Spine surgery: potentially unstable by SINS ({sins_consult} or more).",
    "spine_surgery_review": "Spine surgery: review of stability and epidural disease.",
    "emergency_neurology": "Emergency: spine surgery or neurosurgery, with imaging of the cord at once.",
    "tumour_board": "Multidisciplinary tumour board.",
}
NOTES: Final[dict[str, str]] = {
    "not_cancer": "G6: no cancer is recorded; the paper covers cancer-related fractures.",
    "pain_below_threshold": "G6: pain is below VAS {vas_min}.",
    "pain_not_positional": "G6: the pain does not increase with axial loading.",
    "exam_mismatch": "G6: the pain does not correspond with the examination at this level.",
    "no_stir_edema": "G6: a reader sees no edema on STIR.",
    "chronic_fracture_board": "The paper disagrees with itself here: chronic fractures benefit too, yet its offer "
    "requires edema on STIR. The tumour board may discuss it.",
    "exam_adjacent": "The examined level is not exactly this one but within {exam_match_levels} level(s): accepted as "
    "the same area (design choice).",
    "judged_as_index": "No examination and no reader names the index level: this level is judged as index.",
    "relative_unknown": "Unknown and not counted as absent among the relative gates (G7): {what}.",
    "sins_collapse_exactly_at_limit": "Collapse is exactly {collapse_percent} %, which SINS leaves undefined; scored "
    "as up to {collapse_percent} %.",
    "sins_pain_conflict": "Positional pain is recorded together with VAS 0; SINS scores it as mechanical.",
    "sins_straddles": "SINS may or may not reach {sins_unstable}: a surgeon's 'stable', or alignment and "
    "posterolateral elements, would settle it.",
    "translation_stable": "Translation is recorded; a surgeon records the level as stable.",
    "loss_uncertainty_assumed": "No uncertainty of the height loss is given; {reader_loss_uncertainty_percent} points "
    "are assumed (inter-reader agreement).",
    "stir_substitute": "Edema was read on a substitute for STIR, a lower grade of evidence.",
    "level_unnamed": "This vertebra has no level name; rules that depend on the level are left open.",
    "level_not_in_images": "The record names this level, the images do not show it under that name.",
    "vas_undated": "The VAS has no date; it was used as current.",
    "vas_stale": "The VAS is older than {vas_max_age_days} days at the decision date and counts as unknown.",
    "exam_undated": "The examination has no date; it was used as current.",
    "exam_stale": "The examination is older than {exam_max_age_days} days at the decision date and counts as unknown.",
    "mri_undated": "The MRI has no date; it was used as current.",
    "mri_stale": "The MRI is older than {mri_max_age_days} days at the decision date: its findings no longer clear or "
    "indicate anything, its measurements and warnings stay.",
    "rt_dose": "Radiation of {prior_rt_gy} Gy or more was given to this level: reduced bone quality is likely.",
    "fracture_age": "The age of the fracture excludes nothing: older malignant fractures still benefit, and malignant "
    "fractures may not recover; no trial of conservative care is demanded.",
    "histology_known": "Histology is recorded as known; biopsy stays routine all the same, since this fracture may be "
    "benign.",
    "biopsy": "Biopsy at the same procedure adds no morbidity. Malignancy is never assumed: only about half of the "
    "fractures of cancer patients were malignant in one series. Histology informs staging and may make radiation "
    "unnecessary or support it.",
    "biopsy_paramount": "Biopsy is of paramount importance: several primaries, or a first metastasis after a long or "
    "unknown latency. Malignancy is never assumed; histology informs staging and may make radiation unnecessary or "
    "support it.",
    "if_biopsy_benign": "Should the biopsy be benign: VP was no better than sham or conservative care in osteoporotic "
    "fractures.",
    "evidence": "Randomised evidence (CAFE, n = 134: 70 BKP, 64 control, 38 crossed over) supports BKP against "
    "non-surgical care. No randomised trial compares BKP with VP in cancer.",
    "two_rules_collide": "Two of the paper's rules collide here and it gives no precedence: {which}.",
    "rt_marrow": "RT can cost bone-marrow function that chemotherapy needs.",
    "ablation": "Radiofrequency ablation is an option in selected cases.",
    "instead_of_open_surgery": "Augmentation in lieu of open surgery or of pain-ablation procedures can be discussed.",
    "risks": "Rare complications: leakage into canal or foramen, pulmonary embolism, osteomyelitis, pneumothorax, "
    "retroperitoneal haematoma.",
    "supine": "Supine imaging understates collapse compared with sitting or standing.",
    "preference_only": "The choice is largely operator-dependent: this is a preference, never an order.",
    "sins_not_overt": "SINS in the unstable range is not overt instability; a surgeon decides.",
}


class Texts:
    """The sentences with one policy's values filled in."""

    def __init__(self, policy: Policy) -> None:
        values = {key.rsplit(".", 1)[-1]: _written(value) for key, value in policy.values().items()}
        self._values = values
        self.alert = _filled(ALERTS, values)
        self.condition = _filled(CONDITIONS, values)
        self.consult = _filled(CONSULTS, values)
        self.note = _filled(NOTES, values)
        self._made: dict[tuple[str, str], Note] = {}

    def with_fact(self, code: str, template: str, **facts: Any) -> Note:
        """A sentence with a fact of the case in it; shared between patients."""
        key = (code, repr(facts))
        found = self._made.get(key)
        if found is None:
            found = Note(code=code, text=template.format(**{**self._values, **facts}))
            if len(self._made) < 4096:
                self._made[key] = found
        return found


def _written(value: Any) -> str:
    """A policy value as a sentence holds it: ``1a, 1b or 1c`` for a list."""
    if isinstance(value, list | tuple):
        *others, last = [str(one) for one in value] or ["none"]
        return f"{', '.join(others)} or {last}" if others else last
    return f"{value:g}" if isinstance(value, float) else str(value)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _filled(table: dict[str, str], values: dict[str, Any]) -> dict[str, Note]:
    known = _Known(values)
    return {code: Note(code=code, text=text.format_map(known)) for code, text in table.items()}
