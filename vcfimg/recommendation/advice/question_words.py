"""How an unknown fact is asked for, one sentence per field of the record."""

from typing import Final

QUESTIONS: Final[dict[str, str]] = {
    "neurology_normal": "Is the neurological examination normal: no cord or cauda signs, no new deficit?",
    "clinical_cord_compression": "Are there clinical signs of cord or cauda compression?",
    "new_neurological_deficit": "Is there a new neurological deficit?",
    "escc": "Which epidural grade (ESCC, Bilsky) is seen on axial T2?",
    "stability": "Is the level stable? Any of these settles it.",
    "surgeon_stable": "Does a spine surgeon call the level stable?",
    "infection": "Is there a local or systemic infection?",
    "coagulopathy_uncorrected": "Is there an uncorrected coagulopathy?",
    "cancer": "Is a cancer known?",
    "pain_vas": "How strong is the pain (VAS 0-10)?",
    "pain_positional": "Does the pain increase with axial loading?",
    "exam_levels": "Which levels are painful on examination?",
    "exam_tenderness": "Is any level tender on examination?",
    "stir_edema": "Does a reader see edema on STIR?",
    "study_date": "Is there a newer MRI? This one is too old to decide on.",
    "level": "Which level is this vertebra?",
}


def asked(path: str) -> str:
    """The question for a path of the record: ``levels.T12.escc`` asks for the grade, its place stands in the path.

    Raises
    ------
    KeyError
        For a field that blocks nothing and so is never asked for.
    """
    return QUESTIONS[path.rpartition(".")[2]]
