"""What one scan gave, as a source of studies needs it."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from pipelines.sources.skipped_files import Counts, assign_skipped, skipped_rows
from pipelines.sources.source import Skipped
from vcfimg.loaders import scan
from vcfimg.loaders.headers.batches import Progress
from vcfimg.loaders.headers.header_index import HeaderIndex
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.screening.run_state import study_info

S = TypeVar("S")


@dataclass(frozen=True)
class ScannedStudies(Generic[S]):
    """Identifiers and skipped files of everything, and the studies in the order of their UIDs where they are held."""

    identifiers: tuple[StudyInfo, ...]
    studies: S
    beside: dict[str, Counts]
    skipped: Skipped

    def without_studies(self) -> "ScannedStudies[None]":
        """All but the studies."""
        return replace(self, studies=None)  # type: ignore[arg-type,return-value]


def scan_inputs(
    inputs: Sequence[Path],
    *,
    headers: HeaderIndex | None,
    workers: int,
    site_words: Path | None,
    progress: Progress | None = None,
) -> ScannedStudies[deque[Study]]:
    """Scan folders or files; parameters and errors are those of :func:`vcfimg.loaders.scan`."""
    result = scan(inputs, workers=workers, index=headers, site_words=site_words, progress=progress)
    beside, elsewhere = assign_skipped(result)
    return ScannedStudies(
        identifiers=tuple(map(study_info, result.studies)),
        studies=deque(result.studies),
        beside=beside,
        skipped=Skipped(tuple(skipped_rows(result.skipped, inputs)), result.counts(), elsewhere),
    )
