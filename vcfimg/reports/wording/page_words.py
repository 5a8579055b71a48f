"""The words for what the images say: reasons, caveats, how the levels were counted, why files were skipped.

Every table falls back to the code itself, so an unknown code is shown rather than hidden.
"""

import re
from typing import Final

from vcfimg.recommendation.advice.guidance import DISCLAIMER as DISCLAIMER
from vcfimg.reports.wording.input_words import plain

SUPINE_CAVEAT: Final = (
    "Images taken lying down can understate collapse: a vertebra may be lower when the patient stands or sits."
)
"""Printed beside the measurements (clinical.md section 5)."""


COUNTED_FROM: Final[dict[str, str]] = {
    "sacrum": "The levels were counted upwards from the sacrum, as if there were five lumbar vertebrae: with four or "
    "six every name is off by one, and a view of the lumbar spine alone often cannot show it (about one patient in "
    "seven was misnumbered that way).",
    "c2": "The levels were counted downwards from C2.",
    "dicom": "The levels were taken from words in the DICOM headers.",
    "user": "The levels were given by a person.",
    "none": "The vertebrae could not be named: no landmark to count from was seen.",
}

REASON: Final[dict[str, str]] = {
    "border": "cut by the border of the image",
    "motion": "blurred by motion",
    "low_contrast": "too little contrast at the endplates",
    "hardware": "metal or cement in or beside it",
    "slices_disagree": "neighbouring slices disagree about its height",
    "edge_far_from_mask": "the edge in the image lies far from the outline",
    "taller_than_possible": "much taller than its neighbours predict: its outline is wrong, or they are collapsed",
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
    "shape_or_loss": "healthy bodies of this level may be as low: shape or fracture",
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


def reason_words(code: str) -> str:
    """A quality or finding reason in words; text that is not a code is passed through."""
    return REASON.get(code, plain(code))


def without_code(sentence: str) -> str:
    """``moved: STIR moved by 4 mm`` → ``STIR moved by 4 mm``; text without a leading code is passed to
    :func:`reason_words`."""
    match = re.fullmatch(r"[a-z0-9_]+: (.+)", sentence, re.DOTALL)
    return match[1][:1].upper() + match[1][1:] if match else reason_words(sentence)


def skip_words(code: str) -> str:
    """Why files were skipped, in the words of the loaders."""
    from vcfimg.loaders.headers.skip_reasons import (
        SkipReason,  # late: the loaders are not needed for anything else here
    )

    try:
        return SkipReason(code).text
    except ValueError:
        return plain(code)
