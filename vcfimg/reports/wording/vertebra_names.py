"""What a vertebra is called on pages and in tables, and how it is marked."""

from typing import Literal

from vcfimg.imaging.measurement import SHAPE_OR_LOSS, VertebraMeasurement
from vcfimg.level_names import unnamed
from vcfimg.recommendation.recommendation import DecidedEdema, Recommendation
from vcfimg.result import ScreeningResult

Flag = Literal["collapsed", "edema", "unmeasured", "unknown", "plain"]
"""How a vertebra is drawn; collapse outranks edema, and only one known to be without collapse looks like a normal one.

``unknown`` was measured, but its loss is not known. Edema of a plain one may be unknown: the words say so.
"""


def vertebra_name(vertebra: VertebraMeasurement) -> str:
    """``T12``, or ``#3`` by its id where unnamed, with a guess in brackets: ``#3 (T12?)``."""
    if vertebra.level:
        return vertebra.level
    guess = f" ({vertebra.level_guess}?)" if vertebra.level_guess else ""
    return f"{unnamed(vertebra.id)}{guess}"


def vertebra_flag(vertebra: VertebraMeasurement) -> Flag:
    """Collapsed = Genant grade 1 or more; edema by the measurement policy."""
    collapse = collapse_words(vertebra)
    if collapse == "collapsed":
        return "collapsed"
    if vertebra.stir.edema:
        return "edema"
    flags: dict[str, Flag] = {"not measured": "unmeasured", "loss not known": "unknown", "shape or collapse": "unknown"}
    return flags.get(collapse, "plain")


def collapse_words(vertebra: VertebraMeasurement) -> str:
    """``collapsed``, ``no collapse``, ``shape or collapse``, ``loss not known`` or ``not measured``."""
    if not vertebra.quality.measured:
        return "not measured"
    if SHAPE_OR_LOSS in vertebra.quality.reasons:
        return "shape or collapse"
    if vertebra.genant is None:
        return "loss not known"
    return "collapsed" if vertebra.genant.grade >= 1 else "no collapse"


def edema_words(vertebra: VertebraMeasurement) -> str:
    """``edema``, ``no edema`` or ``edema not known``."""
    return {True: "edema", False: "no edema", None: "edema not known"}[vertebra.stir.edema]


def decided_edema_words(edema: DecidedEdema) -> str:
    """``yes (reader); 46 % of the body bright on the image``."""
    words = "not known"
    if edema.reader is not None:
        words = f"{'yes' if edema.reader else 'no'} (reader)"
    elif edema.answer:
        words = "yes (image threshold)"
    share = () if edema.fraction is None else (f"{100 * edema.fraction:.0f} % of the body bright on the image",)
    return "; ".join((words, *edema.remarks, *share))


def vertebra_of(result: ScreeningResult, recommendation: Recommendation) -> VertebraMeasurement | None:
    """The measured vertebra a recommendation is about, or None when the level was named without images."""
    for vertebra in result.vertebrae:
        if vertebra.id == recommendation.vertebra_id:
            return vertebra
    return None


def recommendation_name(result: ScreeningResult, recommendation: Recommendation) -> str:
    """Level of a recommendation as a reader should see it."""
    vertebra = vertebra_of(result, recommendation)
    if recommendation.level:
        return recommendation.level
    return vertebra_name(vertebra) if vertebra else "level not known"
