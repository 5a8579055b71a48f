"""What ``vcfimg status`` says, as words and as JSON; studies are named by their UID."""

import datetime
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.batch.known_store import known_store
from pipelines.batch.output_store import OUT
from vcfimg.reports.paths import STUDIES
from vcfimg.store import StudyRows, open_store
from vcfimg.store.store_counts import StoreCounts, count_store


@dataclass(frozen=True)
class StoreStatus:
    """The counts of a store, and what its output takes on the disk."""

    counts: StoreCounts
    output_bytes: int | None = None
    """None where it was not measured."""

    def to_json(self) -> str:
        """The same keys as the fields."""
        return json.dumps({**asdict(self.counts), "output_bytes": self.output_bytes}, indent=1)

    def to_text(self) -> str:
        """A line for each kind of number, then a line for each study that needs a look."""
        counts = self.counts
        lines = [
            f"Studies      {counts.studies}",
            f"Queue        {_several(counts.by_state)}",
            f"Results      {_several(counts.by_status)}",
            f"Attempts     {_several(counts.attempts)}, {counts.seconds:.0f} s in all",
        ]
        if counts.failed_by_code:
            lines.append(f"Failed       {_several(counts.failed_by_code)}")
        if self.output_bytes is not None:
            each = self.output_bytes / max(1, sum(counts.by_status.values()))
            lines.append(f"Disk         {self.output_bytes / 1e6:.1f} MB, {each / 1e6:.2f} MB a study")
        for one in counts.running:
            since = datetime.datetime.fromtimestamp(one.since, datetime.UTC).isoformat(timespec="seconds")
            lines.append(f"At work      {one.folder}: attempt {one.number} by {one.worker} since {since}")
        lines += [f"Quarantined  {folder}: {code or 'unknown'}" for folder, code in counts.quarantined.items()]
        return "\n".join(lines)


def status_of(store: str | None, out: Path | None, *, disk: bool) -> StoreStatus:
    """The status of the store that is named by its URL or its output folder.

    Raises
    ------
    StoreError
        When it cannot be used.
    """
    with open_store(known_store(store, out)) as database:
        counts = count_store(database)
        kept = StudyRows(database).fact(OUT)
    folder = out or (None if kept is None else Path(kept))
    return StoreStatus(counts, _bytes_below(folder / STUDIES) if disk and folder is not None else None)


def _bytes_below(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def _several(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"
