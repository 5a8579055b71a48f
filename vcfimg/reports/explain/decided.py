"""The height loss and the edema that decided at one level, read back from its trace with where they came from."""

from dataclasses import dataclass
from typing import Any, Literal

from vcfimg.recommendation.recommendation import Recommendation, TraceStep

Origin = Literal["reader", "image", "unknown"]
"""Who gave a finding; a reader's word stands before the image's (clinical.md section 2)."""


@dataclass(frozen=True, slots=True)
class DecidedLoss:
    """The height loss that decided."""

    percent: float | None
    uncertainty: float | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class DecidedEdema:
    """The edema that decided, beside what the reader and the image say."""

    answer: bool | None
    """For the indication: what the image alone denies, and what is too old, is unknown."""
    reader: bool | None
    image: bool | None
    fraction: float | None
    """Share of the body that is bright on the image."""
    remarks: tuple[str, ...]
    """Why the answer is not what was seen."""

    @property
    def seen(self) -> bool | None:
        """The reader's word, else what the image shows."""
        return self.image if self.reader is None else self.reader

    @property
    def origin(self) -> Origin:
        """Who gave ``seen``."""
        if self.reader is not None:
            return "reader"
        return "unknown" if self.image is None else "image"

    @property
    def words(self) -> str:
        """``yes (reader); 46 % of the body bright on the image``."""
        words = "not known"
        if self.reader is not None:
            words = f"{'yes' if self.reader else 'no'} (reader)"
        elif self.answer:
            words = "yes (image threshold)"
        share = () if self.fraction is None else (f"{100 * self.fraction:.0f} % of the body bright on the image",)
        return "; ".join((words, *self.remarks, *share))


def decided_loss(recommendation: Recommendation) -> DecidedLoss:
    """The loss that the preference was chosen by."""
    step = _step(recommendation, "preference.collapse")
    percent = _number(_value(step, "loss_percent"))
    if percent is None:
        return DecidedLoss(None, None, "unknown")
    origins: dict[Any, Origin] = {"reader": "reader", "image": "image"}
    origin = origins.get(_input(step, "loss_percent").get("from"), "unknown")
    return DecidedLoss(percent, _number(_value(step, "loss_uncertainty")), origin)


def decided_edema(recommendation: Recommendation) -> DecidedEdema:
    """The edema that the indication was judged by."""
    step = _step(recommendation, "G6.edema")
    answer, *remarks = step.outcome.split("; ") if step is not None else ("unknown",)
    return DecidedEdema(
        answer={"true": True, "false": False}.get(answer),
        reader=_truth(_value(step, "stir_edema")),
        image=_truth(_value(step, "image_edema")),
        fraction=_number(_value(step, "edema_fraction")),
        remarks=tuple(remarks),
    )


def _step(recommendation: Recommendation, rule: str) -> TraceStep | None:
    return next((step for step in recommendation.trace if step.rule == rule), None)


def _input(step: TraceStep | None, name: str) -> dict[str, Any]:
    # a stored trace is free-form: what does not have the engine's form is unknown
    entry = step.inputs.get(name) if step is not None else None
    return entry if isinstance(entry, dict) else {}


def _value(step: TraceStep | None, name: str) -> Any:
    return _input(step, name).get("value")


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
