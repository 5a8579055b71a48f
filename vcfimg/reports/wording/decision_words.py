"""The words for what the engine decides: status, preference, priority; pages, tables and explanations use these."""

from typing import Final, NamedTuple

from vcfimg.base import Kind
from vcfimg.recommendation.advice.care import CANDIDATES
from vcfimg.recommendation.recommendation import Preference, Status


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
    "soon": Phrase("Soon", "a candidate, a finding, or something that could not be judged", "candidate"),
    "unscreened": Phrase("Not screened", "could not be measured: needs a person to look", "open"),
    "routine": Phrase("Routine", "nothing that the rules rank higher", "neutral"),
}

KIND: Final[dict[Kind, str]] = {"paper": "paper", "guideline": "guideline", "design": "own design choice"}
"""What a rule rests on."""

SINS_ITEM: Final[dict[str, str]] = {
    "location": "Location",
    "pain": "Pain",
    "bone_quality": "Bone lesion",
    "alignment": "Alignment",
    "collapse": "Body collapse",
    "posterolateral": "Posterolateral elements",
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


def outcome_words(status: Status, preference: Preference) -> str:
    """Both in a few words: ``Candidate for augmentation; BKP favoured``."""
    return f"{STATUS[status].label}; {PREFERENCE[preference].label}"


def preference_sentence(preference: Preference, *, loss_known: bool) -> str:
    """The sentence of a preference; an undetermined one says whether the loss or the name of the level is missing."""
    if preference is Preference.UNDETERMINED and loss_known:
        return LEVEL_UNNAMED
    return PREFERENCE[preference].sentence


def condition_words(status: Status, preference: Preference) -> str:
    """What a preference stands under; empty for a candidate and where no procedure is named."""
    if preference in (Preference.WITHHELD, Preference.UNDETERMINED) or status in CANDIDATES:
        return ""
    return "if a surgeon clears the level" if status is Status.SURGICAL_REVIEW else "if augmentation is indicated"
