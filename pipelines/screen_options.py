"""What ``screen`` and ``worklist`` were asked to do, as typed on the command line."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pipelines.destinations.send_results import Sent
    from pipelines.sources.source import Source


class Origin(Protocol):
    """Where studies come from when it is not just folders, and where their results go."""

    def open_source(self, private: Path) -> "AbstractContextManager[Source]":
        """Open the source; it may keep things below the private folder of the output."""
        ...

    def send(self, out: Path, studies: Sequence[str], *, shared: bool) -> "Sent":
        """Send what these studies have in the output folder to where it is read."""
        ...


@dataclass(frozen=True, kw_only=True)
class ScreenOptions:
    """Options that both commands share; see :mod:`pipelines.options` for what each one means."""

    inputs: tuple[Path, ...]
    out: Path
    clinical: Path | None
    levels: Path | None
    policy: str | None
    as_of: str | None
    segmenter: str | None
    site_words: Path | None
    workers: int
    format: str | None
    timeout_s: float
    log_json: bool
    forget_missing: bool = False
    shared: bool = False
    store: str | None = None
    enqueue_only: bool = False
    max_attempts: int = 3
    dask: str | None = None
    origin: Origin | None = None
    """Instead of the inputs."""
