"""What ``screen`` and ``worklist`` were asked to do, as typed on the command line."""

from dataclasses import dataclass
from pathlib import Path


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
