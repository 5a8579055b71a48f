"""The plain words for statuses, preferences, priorities, missing inputs and quality reasons.

Every table falls back to the code itself, so an unknown code is shown rather than hidden.
"""

import re
from typing import Final, NamedTuple

from vcfimg.level_names import unnamed
from vcfimg.recommendation.advice.guidance import DISCLAIMER as DISCLAIMER
from vcfimg.recommendation.recommendation import Preference, Status

SUPINE_CAVEAT: Final = (
    "Images taken lying down can understate collapse: a vertebra may be lower when the patient stands or sits."
)
"""Printed beside the measurements (clinical.md section 5)."""


class Phrase(NamedTuple):
    """A short label, one plain sentence, and the tone of colour it is shown in."""

    label: str
    sentence: str
    tone: str


STATUS: Final[dict[Status, Phrase]] = {
    Status.EMERGENCY_REVIEW: Phrase(
        "Emergency review",
        "Possible compression of cord or nerves was recorded: this patient needs an emergency review first.",
        "danger",
    ),
    Status.SURGICAL_REVIEW: Phrase(
        "Surgical review", "A spine surgeon needs to judge stability or epidural disease first.", "danger"
    ),
    Status.CONTRAINDICATED: Phrase(
        "Contraindicated for now", "A contraindication was recorded; reassess when it has been resolved.", "danger"
    ),
    Status.OUT_OF_SCOPE: Phrase("Out of scope", "The rules used here were not written for this situation.", "neutral"),
    Status.NOT_INDICATED: Phrase(
        "Not indicated by these facts",
        "At least one condition for offering augmentation is recorded as not met.",
        "neutral",
    ),
    Status.INDETERMINATE: Phrase("Cannot be decided yet", "Facts that the decision depends on are missing.", "open"),
    Status.CANDIDATE_MDT: Phrase(
        "Candidate, tumour board first",
        "The conditions are met, with a relative contraindication that a tumour board should weigh.",
        "caution",
    ),
    Status.CANDIDATE: Phrase(
        "Candidate for augmentation", "All conditions that the rules ask for are recorded as met.", "candidate"
    ),
}

CONCERN: Final[tuple[Status, ...]] = (
    Status.EMERGENCY_REVIEW,
    Status.SURGICAL_REVIEW,
    Status.CONTRAINDICATED,
    Status.OUT_OF_SCOPE,
    Status.CANDIDATE,
    Status.CANDIDATE_MDT,
    Status.INDETERMINATE,
    Status.NOT_INDICATED,
)
"""Order in which levels are shown: the first four by concern (clinical.md section 2), then by use to the reader."""

PREFERENCE: Final[dict[Preference, Phrase]] = {
    Preference.BKP_FAVOURED: Phrase(
        "BKP favoured", "Balloon kyphoplasty (BKP) is favoured over vertebroplasty (VP)", "bkp"
    ),
    Preference.BKP_GENERAL: Phrase(
        "BKP by general preference", "Balloon kyphoplasty (BKP) by the authors' general preference", "bkp"
    ),
    Preference.OPERATOR_CHOICE: Phrase(
        "Operator's choice", "The rules point both ways (BKP and VP): the operator chooses", "choice"
    ),
    Preference.VP_ACCEPTABLE: Phrase("VP acceptable", "Vertebroplasty (VP) is acceptable", "vp"),
    Preference.UNDETERMINED: Phrase(
        "No preference", "The degree of collapse is not known, so no procedure is named", "open"
    ),
    Preference.WITHHELD: Phrase("Withheld", "No procedure is named while the review above is open", "open"),
}

LEVEL_UNNAMED: Final = "The level has no name yet and the procedure depends on it, so none is named"
"""The sentence for no preference where the degree of collapse is known."""

PRIORITY: Final[dict[str, Phrase]] = {
    "emergency": Phrase("Emergency", "look at this study now", "danger"),
    "urgent": Phrase("Urgent", "look at this study next", "caution"),
    "soon": Phrase("Soon", "a candidate, or one that may become one", "candidate"),
    "unscreened": Phrase("Not screened", "could not be measured: needs a person to look", "open"),
    "routine": Phrase("Routine", "nothing that the rules rank higher", "neutral"),
}

COUNTED_FROM: Final[dict[str, str]] = {
    "sacrum": "The levels were counted upwards from the sacrum, as if there were five lumbar vertebrae: with four or "
    "six every name is off by one, and a view of the lumbar spine alone often cannot show it (about one patient in "
    "seven was misnumbered that way).",
    "c2": "The levels were counted downwards from C2.",
    "dicom": "The levels were taken from words in the DICOM headers.",
    "user": "The levels were given by a person.",
    "none": "The vertebrae could not be named: no landmark to count from was seen.",
}

MISSING: Final[dict[str, str]] = {
    "pain_vas": "pain score (VAS 0–10)",
    "pain_vas_date": "date of the pain score",
    "pain_positional": "whether pain increases with axial loading (positional pain)",
    "exam_levels": "level that is painful on clinical examination",
    "exam_date": "date of the examination",
    "clinical_cord_compression": "whether there are clinical signs of cord or cauda compression",
    "new_neurological_deficit": "whether there is a new neurological deficit",
    "overt_instability": "whether there is overt instability",
    "surgeon_stable": "a spine surgeon's judgement of stability",
    "infection": "whether there is a local or systemic infection",
    "coagulopathy_uncorrected": "whether there is an uncorrected coagulopathy",
    "cement_allergy": "whether there is an allergy to bone cement",
    "pregnancy": "whether the patient is pregnant",
    "cancer": "whether the patient has cancer",
    "age": "age",
    "trauma": "whether this is an acute trauma",
    "primary_bone_tumour": "whether this is a primary bone tumour",
    "histology_known": "whether histology is known",
    "primaries": "the primary tumour or tumours",
    "planned_levels": "number of levels planned",
    "escc": "epidural grade (Bilsky ESCC, axial T2)",
    "bone_quality": "lytic, mixed or blastic bone (a CT item)",
    "alignment": "spinal alignment (normal, new deformity, translation)",
    "posterolateral": "involvement of the posterolateral elements",
    "posterior_wall": "whether the posterior wall is intact",
    "body_involved_over_half": "whether more than half of the body is involved",
    "instrumented": "whether the level is instrumented",
    "prior_rt_gy": "prior radiation dose",
    "fracture_age_weeks": "age of the fracture",
    "retropulsion_mm": "retropulsion",
    "canal_narrowing_percent": "canal narrowing",
    "stir_edema": "edema on STIR, as a reader sees it",
    "neurology_normal": "whether the neurological examination is normal",
    "neurology_date": "date of the neurological examination",
    "labs_date": "date of the laboratory values",
    "exam_tenderness": "whether any level is tender on examination",
    "biopsy_result": "result of the biopsy",
    "biopsy_level": "level of the biopsy",
    "all_levels": "what holds at all levels",
    "other_levels": "what holds at the other levels",
    "cancer_history": "whether the cancer is known from the history only",
    "collapse": "extent of the collapse (none, under half, over half)",
    "sins_reported": "SINS as reported",
    "prior_rt_fractions": "number of fractions of the prior radiation",
    "study_date": "a newer MRI: what this one shows is too old to decide on",
    "level": "the name of the level",
    "loss_percent": "height loss",
    "index": "whether this is the index level",
}

SINS_ITEM: Final[dict[str, str]] = {
    "location": "Location",
    "pain": "Pain",
    "bone_quality": "Bone lesion",
    "alignment": "Alignment",
    "collapse": "Body collapse",
    "posterolateral": "Posterolateral elements",
}

REASON: Final[dict[str, str]] = {
    "border": "cut by the border of the image",
    "motion": "blurred by motion",
    "low_contrast": "too little contrast at the endplates",
    "hardware": "metal or cement in or beside it",
    "slices_disagree": "neighbouring slices disagree about its height",
    "edge_far_from_mask": "the edge in the image lies far from the outline",
    "taller_than_possible": "much taller than its neighbours let expect: its outline is wrong, or they are collapsed",
    "no_heights": "its heights could not be read",
    "impossible_heights": "its heights came out as zero or less",
    "too_small": "too little of it is seen to be measured",
    "uncertain": "its endplates could not be located closely enough",
    "dens": "C2 with its dens, whose height is not that of a body",
    "partly_seen": "only part of it was seen",
    "contrasts_disagree": "the series disagree about its height",
    "reference_suspect": "too many neighbours may be fractured to serve as reference",
    "reference_low": "its neighbours look collapsed themselves: a collapse cannot be excluded",
    "reference_insufficient": "too few normal neighbours to know the expected height",
    "level_guessed": "level is a guess",
    "level_unknown": "level not known, so no expected height",
    "no_template": "no height template for this level",
    "no_stir": "no STIR series",
    "no_normal_marrow": "no normal marrow to compare with",
    "diffuse_marrow": "marrow is changed everywhere, so there is no normal reference",
    "substitute": "not a STIR: lower-grade evidence",
    "no_t1": "no T1 series",
    "no_disc_or_muscle": "no disc or muscle to compare with",
    "wall_not_seen": "the posterior wall was not seen",
    "no_neighbour": "no neighbour to compare with",
    "neighbour_fractured": "a neighbour is collapsed too",
    "wall_straight": "the wall is straight and the body not collapsed: a neighbour may have slipped forward",
}

BACKGROUND_NOTES: Final = frozenset(
    {
        "biopsy",
        "if_biopsy_benign",
        "rt_marrow",
        "ablation",
        "instead_of_open_surgery",
        "risks",
        "evidence",
        "supine",
        "preference_only",
    }
)
"""Notes that every level carries alike; they are folded away so that what is special to a level stands out."""

_LEVEL_PATH: Final = re.compile(r"levels\.([^.]+)\.(.+)")
_UNNAMED_PATH: Final = re.compile(r"vertebrae\.([^.]+)\.(.+)")


def missing_words(path: str) -> str:
    """A missing input in words: ``levels.T12.escc`` → ``epidural grade (Bilsky ESCC, axial T2) at T12``."""
    if match := _LEVEL_PATH.fullmatch(path):
        level, name = match.groups()
        return f"{MISSING.get(name, _plain(name))} at {level}"
    if match := _UNNAMED_PATH.fullmatch(path):
        identity, name = match.groups()
        return f"{MISSING.get(name, _plain(name))} at {unnamed(identity)}"
    return MISSING.get(path, _plain(path))


def reason_words(code: str) -> str:
    """A quality or finding reason in words; text that is no code is passed through."""
    return REASON.get(code, _plain(code))


def without_code(sentence: str) -> str:
    """``moved: STIR moved by 4 mm`` → ``STIR moved by 4 mm``; text without a leading code is passed to
    :func:`reason_words`."""
    match = re.fullmatch(r"[a-z0-9_]+: (.+)", sentence, re.DOTALL)
    return match[1][:1].upper() + match[1][1:] if match else reason_words(sentence)


def skip_words(code: str) -> str:
    """Why files were left aside, in the words of the loaders."""
    from vcfimg.loaders.headers.skip_reasons import (
        SkipReason,  # late: the loaders are not needed for anything else here
    )

    try:
        return SkipReason(code).text
    except ValueError:
        return _plain(code)


def _plain(code: str) -> str:
    return code.replace("_", " ") if re.fullmatch(r"[a-z0-9_]+", code) else code
