"""How an unknown fact is asked for, one sentence per field of the record."""

from typing import Final

from vcfimg.recommendation.gates.gate_table import GATES

QUESTIONS: Final[dict[str, str]] = {entry.name: entry.ask for gate in GATES for entry in gate.inputs if entry.ask} | {
    "neurology_normal": "Is the neurological examination normal: no cord or cauda signs, no new deficit?",
    "stability": "Is the level stable? Any of these settles it.",
    "exam_tenderness": "Is any level tender on examination?",
    "study_date": "Is there a newer MRI? This one is too old to decide on.",
    "level": "Which level is this vertebra?",
}
"""What the gates ask, and what stands for several of their facts or before them."""


def asked(path: str) -> str:
    """The question for a path of the record: ``levels.T12.escc`` asks for the grade, its place stands in the path.

    Raises
    ------
    KeyError
        For a field that blocks nothing and so is never asked for.
    """
    return QUESTIONS[path.rpartition(".")[2]]
