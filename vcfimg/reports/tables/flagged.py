"""One recommendation as short as a list can show it: what decided, who said so, and what the image says beside it."""

from collections.abc import Iterable

from vcfimg.base import Model
from vcfimg.recommendation.recommendation import Origin, Question, Recommendation
from vcfimg.reports.wording.decision_words import CONCERN
from vcfimg.reports.wording.numbers import percent, plus_minus
from vcfimg.reports.wording.vertebra_names import recommendation_name, vertebra_of
from vcfimg.result import ScreeningResult


class FlaggedLevel(Model):
    """One recommendation of ``worklist.json``; unknown is None."""

    level: str
    status: str
    preference: str
    loss_percent: float | None = None
    """The loss that decided, the reader's before the image's."""
    loss_uncertainty: float | None = None
    loss_from: Origin = "unknown"
    edema: bool | None = None
    """The reader's word, else what the image shows."""
    edema_from: Origin = "unknown"
    image_loss_percent: float | None = None
    image_loss_uncertainty: float | None = None
    image_edema: bool | None = None
    missing: tuple[str, ...] = ()
    would_be: str | None = None
    """At best, where the level is not decided."""
    questions: tuple[Question, ...] = ()

    @property
    def loss_words(self) -> str:
        """``45 ± 5 % (reader); image 1 ± 4 %``."""
        words = "not known"
        if self.loss_percent is not None:
            words = f"{percent(plus_minus(self.loss_percent, self.loss_uncertainty, 0))} ({self.loss_from})"
        if self.loss_from != "image" and self.image_loss_percent is not None:
            words += f"; image {percent(plus_minus(self.image_loss_percent, self.image_loss_uncertainty, 0))}"
        return words

    @property
    def edema_words(self) -> str:
        """``no edema (reader); image: edema``."""
        if self.edema is None:
            return "edema not known"
        words = f"{'edema' if self.edema else 'no edema'} ({self.edema_from})"
        if self.image_edema is not None and self.image_edema is not self.edema:
            words += f"; image: {'edema' if self.image_edema else 'none'}"
        return words


def flagged_level(result: ScreeningResult, item: Recommendation) -> FlaggedLevel:
    """What a list says of one recommendation."""
    vertebra = vertebra_of(result, item)
    image = vertebra if vertebra is not None and vertebra.quality.measured else None
    loss, edema = item.loss, item.edema
    return FlaggedLevel(
        level=recommendation_name(result, item),
        status=item.status.value,
        preference=item.preference.value,
        loss_percent=loss.percent,
        loss_uncertainty=loss.uncertainty,
        loss_from=loss.origin,
        edema=edema.seen,
        edema_from=edema.origin,
        image_loss_percent=image.loss_percent.index if image else None,
        image_loss_uncertainty=image.loss_uncertainty if image else None,
        image_edema=edema.image,
        missing=item.missing,
        would_be=item.would_be.value if item.would_be is not None else None,
        questions=item.questions,
    )


def by_concern(recommendations: Iterable[Recommendation]) -> list[Recommendation]:
    """Recommendations, the one to look at first in front: by status, then by the loss that decided, unknown last."""

    def key(item: Recommendation) -> tuple[int, bool, float]:
        loss = item.loss.percent
        return CONCERN.index(item.status), loss is None, -(loss or 0.0)

    return sorted(recommendations, key=key)
