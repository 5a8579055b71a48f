"""Reader against image: the reader decides, a worse image is said aloud, a misfit may be a numbering error."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vcfimg.clinical.inputs import LevelInputs
from vcfimg.imaging.measurement import SpineMeasurement, VertebraMeasurement
from vcfimg.level_names import unnamed
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.fact import IMAGE, STALE
from vcfimg.recommendation.facts.image_facts import image_edema, image_loss
from vcfimg.recommendation.facts.level_facts import LevelFacts


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The image is worse than the reader: in what, and the numbers that its sentence holds."""

    what: str
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A reader's loss or edema that misses at its level and fits a neighbour."""

    what: Literal["loss", "edema"]
    level: str
    where: str


_NOTHING = LevelInputs()


def disagreements(facts: LevelFacts, policy: Policy) -> list[Disagreement]:
    """Where the image is worse than the reader by more than its uncertainty (clinical.md section 2)."""
    image, reader = facts.image, facts.reader
    if image is None:
        return []
    found: list[Disagreement] = []
    if reader.loss_percent is not None and facts.image_loss is not None:
        margin = image.loss_uncertainty if image.loss_uncertainty is not None else 0.0
        if facts.image_loss - reader.loss_percent > margin:
            found.append(Disagreement("loss", {"image": facts.image_loss, "reader": reader.loss_percent}))
    if reader.stir_edema is False and facts.image_edema is True:
        found.append(Disagreement("edema"))
    wall = image.wall
    if reader.retropulsion_mm is not None and wall.retropulsion_mm is not None:
        worse = wall.retropulsion_mm - reader.retropulsion_mm
        if worse > policy.facts.retropulsion_uncertainty_mm:
            found.append(Disagreement("retropulsion", {"worse": worse}))
    elif (
        reader.posterior_wall == "intact"
        and wall.retropulsion_mm is not None
        and wall.retropulsion_mm >= policy.gates.relative_retropulsion_mm
    ):
        found.append(Disagreement("wall", {"image": wall.retropulsion_mm}))
    if reader.canal_narrowing_percent is not None and facts.image_canal is not None:
        worse = facts.image_canal - reader.canal_narrowing_percent
        if worse > policy.facts.canal_uncertainty_percent:
            found.append(Disagreement("canal", {"worse": worse}))
    return found


def as_imaged(facts: LevelFacts, worse: list[Disagreement]) -> LevelFacts:
    """The facts with the image's value wherever it is the worse one; only the worklist looks at them."""
    what, image = {one.what for one in worse}, facts.image
    changes: dict[str, Any] = {}
    if "loss" in what and image is not None:
        changes = {"loss": facts.image_loss, "loss_origin": IMAGE}
        if image.loss_uncertainty is not None:
            changes |= {"uncertainty": image.loss_uncertainty, "uncertainty_origin": IMAGE}
    if "edema" in what:
        changes["edema_seen"] = True
        if facts.edema_origin != STALE:
            changes |= {"edema": True, "edema_origin": IMAGE}
    if "retropulsion" in what and image is not None:
        changes |= {"retropulsion": image.wall.retropulsion_mm, "retropulsion_origin": IMAGE}
    if "canal" in what:
        changes |= {"canal": facts.image_canal, "canal_origin": IMAGE}
    return dataclasses.replace(facts, **changes)


def misnumbered(
    facts: LevelFacts, measurement: SpineMeasurement | None, readers: Mapping[str, LevelInputs], policy: Policy
) -> Misfit | None:
    """The reader's loss or edema that misses at its level but fits a neighbour; None where there is none.

    ``readers`` are the levels the record describes: a neighbour where the reader sees the same finding as the image
    explains itself.
    """
    image, reader = facts.image, facts.reader
    if measurement is None or image is None or facts.level is None:
        return None
    ordered = sorted(measurement.vertebrae, key=lambda vertebra: vertebra.order)
    place = next(i for i, vertebra in enumerate(ordered) if vertebra.id == image.id)
    neighbours = [ordered[i] for i in (place - 1, place + 1) if 0 <= i < len(ordered)]
    loss_misses = (
        reader.loss_percent is not None
        and reader.loss_percent >= policy.measurement.fracture_loss_percent
        and facts.image_loss is not None
        and not _loss_fits(reader, image)
    )
    edema_misses = reader.stir_edema is True and facts.image_edema is False
    for neighbour in neighbours:
        where = neighbour.level or unnamed(neighbour.id)
        there = readers.get(neighbour.level or "", _NOTHING)
        if loss_misses and _loss_fits(reader, neighbour) and not _loss_fits(there, neighbour):
            return Misfit("loss", facts.level, where)
        if edema_misses and image_edema(neighbour.stir, policy) is True and there.stir_edema is not True:
            return Misfit("edema", facts.level, where)
    return None


def _loss_fits(reader: LevelInputs, vertebra: VertebraMeasurement) -> bool:
    """Whether the loss that a reader gives is that of the image, within what both are uncertain by."""
    loss = image_loss(vertebra)
    if loss is None or reader.loss_percent is None:
        return False
    return abs(loss - reader.loss_percent) <= (vertebra.loss_uncertainty or 0.0) + (reader.loss_uncertainty or 0.0)
