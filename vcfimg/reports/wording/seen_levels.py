"""Of how many vertebrae the images say something: what a study without a flagged level may claim."""

from collections.abc import Iterable
from dataclasses import dataclass

from vcfimg.imaging.measurement import VertebraMeasurement


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
