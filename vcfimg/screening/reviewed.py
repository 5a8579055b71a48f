"""People's answers laid over a result: re-decided at once, without an image."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from vcfimg.base import Note
from vcfimg.clinical import ClinicalInputs, from_dict, to_dict
from vcfimg.errors import ClinicalInputError, ReviewError, VcfimgError
from vcfimg.imaging.derive import derive
from vcfimg.policy import Policy
from vcfimg.result import ScreeningResult
from vcfimg.reviews import CORRECTION_LOST, Review, Reviewed, apply, facts_in_force, in_force
from vcfimg.screening.redecide import kept_clinical, kept_levels, redecide


def with_reviews(
    result: ScreeningResult, reviews: Sequence[Review], *, policy: Policy, as_of: datetime.date
) -> ScreeningResult:
    """The decision that follows from ``result`` and these answers, which replace those it holds.

    ``raw``, ``clinical`` and ``level_corrections`` stay what was read, so that an answer taken back leaves no trace in
    the decision. An answer whose vertebra is gone becomes a ``correction_lost`` note.

    Raises
    ------
    ReviewError
        ``review_invalid``
    VcfimgError
        ``levels_*`` when the given levels cannot all be true; ``images_needed`` as in :func:`redecide`.
    """
    clinical, levels = kept_clinical(result), kept_levels(result)
    if result.raw is None:
        facts = facts_in_force(reviews)
        decided = redecide(result, clinical=_answered(clinical, facts), levels=levels, policy=policy, as_of=as_of)
        return _kept(decided, result, reviews, _all_lost(reviews))
    said = apply(reviews, result.raw)
    named = {**(levels or {}), **said.levels}
    facts, notes = _edema_facts(said, named, policy)
    corrected = result.model_copy(update={"raw": said.raw})
    decided = redecide(
        corrected, clinical=_answered(clinical, {**said.facts, **facts}), levels=named, policy=policy, as_of=as_of
    )
    return _kept(decided, result, reviews, (*said.notes, *notes))


def with_kept_reviews(
    result: ScreeningResult, reviews: Sequence[Review], *, policy: Policy, as_of: datetime.date
) -> ScreeningResult:
    """As :func:`with_reviews`, for a study screened again: answers that no longer fit are kept and said to be lost."""
    if not reviews:
        return result
    try:
        return with_reviews(result, reviews, policy=policy, as_of=as_of)
    except VcfimgError as error:
        note = Note(code=CORRECTION_LOST, text=f"the answers no longer fit what was found ({error.code}); none is used")
        return result.model_copy(update={"reviews": tuple(reviews), "notes": (*result.notes, note)})


def _all_lost(reviews: Sequence[Review]) -> tuple[Note, ...]:
    """Nothing was found this time: what was said about vertebrae has no place."""
    lost = [review.kind for review in in_force(reviews) if review.kind not in ("fact", "sign_off")]
    return tuple(Note(code=CORRECTION_LOST, text=f"no vertebra was found for: {kind}") for kind in dict.fromkeys(lost))


def _edema_facts(said: Reviewed, levels: Mapping[int, str], policy: Policy) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """Edema as a clinical fact of the level that the vertebra has by now."""
    if not said.edema:
        return {}, ()
    names = {v.id: v.level for v in derive(said.raw, levels, policy).vertebrae}
    facts = {f"levels.{names[i]}.stir_edema": seen for i, seen in said.edema.items() if names[i]}
    text = "a person judged the edema of a vertebra that has no level; name it"
    notes = (Note(code="edema_without_level", text=text),) if len(facts) < len(said.edema) else ()
    return facts, notes


def _answered(clinical: ClinicalInputs | None, facts: Mapping[str, Any]) -> ClinicalInputs | None:
    """The clinical facts with the answers in their places."""
    if not facts:
        return clinical
    known = to_dict(clinical or ClinicalInputs())
    try:
        for path, value in facts.items():
            place = known
            *above, last = path.split(".")
            for key in above:
                place = place.setdefault(key, {})
            place[last] = value
        return from_dict(known, file="reviews")
    except (ClinicalInputError, ValidationError, TypeError, AttributeError):
        raise ReviewError("review_invalid", "an answer does not fit its field; correct or undo it") from None


def _kept(
    decided: ScreeningResult, read: ScreeningResult, reviews: Sequence[Review], notes: Sequence[Note]
) -> ScreeningResult:
    """The new decision over what was read."""
    provenance = decided.provenance.model_copy(update={"clinical_sha256": read.provenance.clinical_sha256})
    return decided.model_copy(
        update={
            "raw": read.raw,
            "clinical": read.clinical,
            "level_corrections": read.level_corrections,
            "provenance": provenance,
            "reviews": tuple(reviews),
            "notes": (*decided.notes, *notes),
        }
    )
