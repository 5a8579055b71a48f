"""Pictures kept beside ``result.json``, so that a re-decided study gets its page again without the images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from vcfimg.base import Model
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.paths import FIGURES_JSON
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.slice_stack import SliceStack
from vcfimg.result import ScreeningResult


class KeptPictures(Model):
    """The pictures of one study as kept beside ``result.json``, with what they were made from."""

    inputs_sha256: str | None
    segmenter: str | None
    figures: tuple[Figure, ...]
    stacks: tuple[SliceStack, ...] = ()


@dataclass(frozen=True)
class Pictures:
    """What there is to show of the images of a study: one figure per series, by series key, and its slices."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    stacks: tuple[SliceStack, ...] = ()


def store_figures(
    figures: Mapping[str, Figure], result: ScreeningResult, folder: Path, stacks: Sequence[SliceStack] = ()
) -> Path:
    """Write ``folder/figures.json``."""
    kept = KeptPictures(
        inputs_sha256=result.provenance.inputs_sha256,
        segmenter=_segmenter(result),
        figures=tuple(figures.values()),
        stacks=tuple(stacks),
    )
    return write_atomic(folder / FIGURES_JSON, kept.model_dump_json())


def load_pictures(result: ScreeningResult, folder: Path) -> Pictures:
    """Pictures kept of the same images and segmenter; empty when there are none, or when they belong to others."""
    try:
        kept = KeptPictures.model_validate_json((folder / FIGURES_JSON).read_bytes())
    except (OSError, ValidationError):
        return Pictures()
    if kept.inputs_sha256 is None or kept.inputs_sha256 != result.provenance.inputs_sha256:
        return Pictures()
    if kept.segmenter != _segmenter(result):
        return Pictures()
    return Pictures({figure.series_key: figure for figure in kept.figures}, kept.stacks)


def load_figures(result: ScreeningResult, folder: Path) -> dict[str, Figure]:
    """The figures alone, as :func:`load_pictures` has them."""
    return dict(load_pictures(result, folder).figures)


def _segmenter(result: ScreeningResult) -> str | None:
    info = result.provenance.segmenter
    return f"{info.name} {info.version} {info.sha256}" if info else None
