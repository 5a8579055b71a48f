"""Of how many vertebrae the images say something: what a study without a flagged level may claim."""

from collections.abc import Iterable
from dataclasses import dataclass

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.reports.wording.page_words import reason_words
from vcfimg.reports.wording.vertebra_names import vertebra_name


@dataclass(frozen=True)
class Coverage:
    """Counts of vertebrae."""

    seen: int
    measured: int
    loss_known: int
    edema_known: int

    @classmethod
    def of(cls, vertebrae: Iterable[VertebraMeasurement]) -> "Coverage":
        """Count ``vertebrae``; a loss counts where the vertebra's numbers may be used."""
        found = tuple(vertebrae)
        measured = [vertebra for vertebra in found if vertebra.quality.measured]
        return cls(
            seen=len(found),
            measured=len(measured),
            loss_known=sum(vertebra.loss_percent.index is not None for vertebra in measured),
            edema_known=sum(vertebra.stir.edema is not None for vertebra in found),
        )

    @property
    def gap(self) -> str:
        """What is known of no vertebra: ``edema not known``, or empty."""
        gaps = (("loss", self.loss_known), ("edema", self.edema_known))
        names = [name for name, known in gaps if not known]
        return f"{' and '.join(names)} not known" if names else ""

    @property
    def sentence(self) -> str:
        """What was looked at where no level was flagged."""
        loss = f"height loss is known of {self.loss_known} and none reaches the limit"
        edema = f"edema was assessed in {self.edema_known} and none shows it"
        return (
            f"Of {self.seen} vertebrae seen, "
            f"{loss if self.loss_known else 'height loss is known of none'}; "
            f"{edema if self.edema_known else 'edema was not assessed in any'}."
        )


def seen_words(vertebrae: Iterable[VertebraMeasurement]) -> str:
    """What was seen and what was not: ``T10 to L5 seen, 7 of 8 measured. Not measured: T10 (cut by the border …).``"""
    found = sorted(vertebrae, key=lambda vertebra: vertebra.order)
    if not found:
        return "No vertebra was seen."
    counted = Coverage.of(found)
    first, last = vertebra_name(found[0]), vertebra_name(found[-1])
    span = first if len(found) == 1 else f"{first} to {last}"
    words = [f"{span} seen, {counted.measured} of {counted.seen} measured; nothing is said of levels beyond."]
    if unmeasured := [_with_reason(vertebra) for vertebra in found if not vertebra.quality.measured]:
        words.append(f"Not measured: {', '.join(unmeasured)}.")
    if lost := [vertebra_name(one) for one in found if one.quality.measured and one.loss_percent.index is None]:
        words.append(f"Height loss not known: {', '.join(lost)}.")
    if not counted.edema_known:
        words.append("Edema was not assessed.")
    elif blind := [vertebra_name(one) for one in found if one.stir.edema is None]:
        words.append(f"Edema not known: {', '.join(blind)}.")
    return " ".join(words)


def _with_reason(vertebra: VertebraMeasurement) -> str:
    reasons = "; ".join(reason_words(code) for code in vertebra.quality.reasons)
    return f"{vertebra_name(vertebra)} ({reasons})" if reasons else vertebra_name(vertebra)
