"""Plain words for statuses, preferences, inputs and origins, as a physician reads them."""

from typing import Any, Final

from vcfimg.level_names import unnamed
from vcfimg.recommendation.recommendation import Preference, Status

STATUS: Final[dict[Status, str]] = {
    Status.EMERGENCY_REVIEW: "emergency review: clinical cord or cauda compression, or a new neurological deficit",
    Status.SURGICAL_REVIEW: "review by a spine surgeon",
    Status.CONTRAINDICATED: "contraindicated at present; reassess",
    Status.OUT_OF_SCOPE: "outside what these rules cover",
    Status.NOT_INDICATED: "augmentation is not indicated by the paper's offer rule",
    Status.INDETERMINATE: "not decidable: something that decides is unknown",
    Status.CANDIDATE_MDT: "candidate for augmentation, to be decided by a tumour board",
    Status.CANDIDATE: "candidate for augmentation",
}
PREFERENCE: Final[dict[Preference, str]] = {
    Preference.BKP_FAVOURED: "balloon kyphoplasty (BKP) favoured",
    Preference.BKP_GENERAL: "balloon kyphoplasty (BKP) by the authors' general preference",
    Preference.OPERATOR_CHOICE: "operator's choice between BKP and VP: two rules of the paper collide",
    Preference.VP_ACCEPTABLE: "vertebroplasty (VP) acceptable",
    Preference.UNDETERMINED: "no procedure named: the degree of collapse is unknown",
    Preference.WITHHELD: "no procedure shown while this status holds",
}
LEVEL_UNNAMED: Final = "no procedure named: it depends on the name of the level, which is unknown"
"""The same for an undetermined preference where the degree of collapse is known."""

SHORT: Final[dict[Status | Preference, str]] = {
    Status.EMERGENCY_REVIEW: "emergency review",
    Status.SURGICAL_REVIEW: "review by a spine surgeon",
    Status.CONTRAINDICATED: "contraindicated at present",
    Status.OUT_OF_SCOPE: "outside what these rules cover",
    Status.NOT_INDICATED: "not indicated",
    Status.INDETERMINATE: "not decidable",
    Status.CANDIDATE_MDT: "candidate, for the tumour board to decide",
    Status.CANDIDATE: "candidate",
    Preference.BKP_FAVOURED: "BKP favoured",
    Preference.BKP_GENERAL: "BKP by general preference",
    Preference.OPERATOR_CHOICE: "operator's choice of BKP or VP",
    Preference.VP_ACCEPTABLE: "VP acceptable",
    Preference.UNDETERMINED: "no procedure named",
    Preference.WITHHELD: "no procedure shown",
}
"""The same in two or three words, for lists."""

INPUT: Final[dict[str, str]] = {
    "clinical_cord_compression": "clinical cord or cauda compression",
    "new_neurological_deficit": "new neurological deficit",
    "overt_instability": "overt instability",
    "surgeon_stable": "a surgeon's word that the spine is stable",
    "infection": "infection, local or systemic",
    "coagulopathy": "uncorrected coagulopathy",
    "coagulopathy_uncorrected": "uncorrected coagulopathy",
    "cement_allergy": "allergy to cement",
    "pregnancy": "pregnancy",
    "trauma": "acute trauma",
    "primary_bone_tumour": "primary bone tumour",
    "cancer": "cancer",
    "age": "age",
    "pain_vas": "pain (VAS 0-10)",
    "pain_positional": "pain that increases with axial loading",
    "exam_levels": "examined level(s)",
    "planned_levels": "planned number of levels",
    "escc": "epidural grade (ESCC, Bilsky)",
    "bone_quality": "bone quality (CT)",
    "alignment": "alignment",
    "posterolateral": "posterolateral elements",
    "posterior_wall": "posterior wall",
    "body_involved_over_half": "more than half of the body involved",
    "instrumented": "instrumented level",
    "stir_edema": "edema on STIR by a reader",
    "index": "index level",
    "loss_percent": "height loss (%)",
    "loss_uncertainty": "its uncertainty (points)",
    "retropulsion_mm": "retropulsion (mm)",
    "canal_narrowing_percent": "canal narrowing (%)",
    "study_date": "a newer MRI",
    "level": "name of the level",
    "edema_fraction": "edematous share of the body",
    "image_edema": "edema by the image threshold",
}
ORIGIN: Final[dict[str, str]] = {
    "file": "clinical record",
    "reader": "reader",
    "image": "image",
    "unknown": "nobody says",
    "stale": "too old",
    "policy": "policy",
    "rule": "rule",
}


def name_of(path: str) -> str:
    """Plain name of an input path such as ``levels.T12.stir_edema``."""
    parts = path.split(".")
    plain = INPUT.get(parts[-1], parts[-1].replace("_", " "))
    if len(parts) != 3 or parts[0] not in ("levels", "vertebrae"):
        return plain
    return f"{plain} at {parts[1] if parts[0] == 'levels' else unnamed(parts[1])}"


def show(value: Any) -> str:
    """A value as a person writes it."""
    if value is None:
        return "unknown"
    if value is True:
        return "yes"
    if value is False:
        return "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(show(one) for one in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {show(one)}" for key, one in value.items())
    return str(value)
