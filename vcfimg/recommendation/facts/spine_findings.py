"""What the images of the whole spine leave open or put in doubt, beside the levels that get a recommendation.

None of it is a diagnosis: each says that somebody should look before the study counts as unremarkable.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, get_args

from vcfimg.base import Note
from vcfimg.imaging.measurement import SpineMeasurement, VertebraMeasurement
from vcfimg.level_names import canonical, level_index, unnamed
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.image_facts import image_edema, image_loss
from vcfimg.recommendation.facts.level_facts import LevelFacts

FindingCode = Literal[
    "diffuse_marrow",
    "edema_not_assessed",
    "loss_unknown",
    "edema_unknown",
    "wedge_suspected",
    "reference_suspect",
    "unmeasured_vertebra",
    "left_out",
]

FINDING_CODES: Final[frozenset[str]] = frozenset(get_args(FindingCode))

EDEMA_NOT_ASSESSED: Final = "edema_not_assessed"
"""No body shows whether there is edema; said aloud, but no finding by itself."""

_CUT: Final = frozenset({"border", "partly_seen", "too_small"})
"""Reasons of a body that the images do not show whole."""

_LEFT_OUT: Final = frozenset({"station_left_out", "displaced", "stations_displaced"})
"""Notes on a series or station that was not measured, or that does not fit the others."""


_Known = Mapping[int | None, LevelFacts]
"""Facts of the judged levels by the id of their vertebra."""


def spine_findings(
    measurement: SpineMeasurement | None, judged: Iterable[LevelFacts], image_notes: Sequence[Note], policy: Policy
) -> dict[FindingCode, tuple[str, ...]]:
    """Findings by code, each with the names of its vertebrae; empty names where it holds for the whole study.

    Parameters
    ----------
    judged
        The levels with a recommendation: a reader's loss or edema settles what the image leaves open.
    image_notes
        What the loaders say about the images.
    """
    if measurement is None:
        return {}
    known: _Known = {facts.vertebra_id: facts for facts in judged if facts.vertebra_id is not None}
    ordered = sorted(measurement.vertebrae, key=lambda vertebra: vertebra.order)
    whole = [vertebra for vertebra in ordered if _is_judged(vertebra, "L5") and not _is_cut(vertebra)]
    diffuse = any(note.code == "diffuse_marrow" for note in measurement.spine.notes)
    assessed = any(image_edema(vertebra.stir, policy) is not None for vertebra in ordered)
    needed = policy.priority.edema_needed_loss_percent
    loss = {one.id: _loss(one, known, policy) for one in ordered}
    no_edema = [one for one in whole if _edema(one, known, policy) is None]
    found: dict[FindingCode, tuple[str, ...]] = {
        "loss_unknown": _names(one for one in whole if loss[one.id] is None),
        "edema_unknown": _names(one for one in no_edema if (assessed and not diffuse) or (loss[one.id] or 0) >= needed),
        "wedge_suspected": _names(
            one for one in ordered if _is_judged(one, "L4") and _is_wedged(one, policy.priority.wedge_ratio)
        ),
        "reference_suspect": _names(one for one in ordered if "reference_suspect" in one.quality.reasons),
        "unmeasured_vertebra": _names(one for one in _between(ordered) if loss[one.id] is None),
    }
    present = {code: names for code, names in found.items() if names}
    if diffuse:
        present["diffuse_marrow"] = ()
    elif not assessed:
        present[EDEMA_NOT_ASSESSED] = ()
    if any(note.code in _LEFT_OUT for note in (*image_notes, *measurement.spine.notes)):
        present["left_out"] = ()
    return present


def _names(vertebrae: Iterable[VertebraMeasurement]) -> tuple[str, ...]:
    return tuple(vertebra.level or unnamed(vertebra.id) for vertebra in vertebrae)


def _is_judged(vertebra: VertebraMeasurement, last: str) -> bool:
    """From C3 to ``last``; a body without a name may be any."""
    name = vertebra.level or vertebra.level_guess
    return name is None or level_index("C3") <= level_index(canonical(name)) <= level_index(last)


def _is_cut(vertebra: VertebraMeasurement) -> bool:
    return not _CUT.isdisjoint((*vertebra.quality.reasons, *vertebra.stir.reasons))


def _loss(vertebra: VertebraMeasurement, known: _Known, policy: Policy) -> float | None:
    facts = known.get(vertebra.id)
    return image_loss(vertebra) if facts is None else facts.collapse_percent(policy)


def _edema(vertebra: VertebraMeasurement, known: _Known, policy: Policy) -> bool | None:
    facts = known.get(vertebra.id)
    seen = image_edema(vertebra.stir, policy) if facts is None else facts.edema_seen
    return False if seen is None and _is_absent(vertebra.stir.edema_fraction, policy) else seen


def _is_absent(fraction: float | None, policy: Policy) -> bool:
    return fraction is not None and fraction <= policy.priority.edema_absent_fraction


def _is_wedged(vertebra: VertebraMeasurement, limit: float) -> bool:
    """One height of the body far below another, whatever its neighbours say."""
    heights = vertebra.height_mm
    pairs = (
        (heights.anterior, heights.posterior),
        (heights.middle, heights.posterior),
        (heights.posterior, heights.anterior),
    )
    return vertebra.quality.measured and any(low is not None and high and low < limit * high for low, high in pairs)


def _between(ordered: Sequence[VertebraMeasurement]) -> list[VertebraMeasurement]:
    """Bodies that are not measured although one above and one below are: a vertebra plana may be too flat to read."""
    measured = [place for place, one in enumerate(ordered) if one.quality.measured]
    inside = ordered[measured[0] : measured[-1]] if measured else []
    return [one for one in inside if not one.quality.measured]
