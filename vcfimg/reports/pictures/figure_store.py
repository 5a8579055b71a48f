"""Figures kept beside ``result.json``, so that a re-decided study gets its page again without the images."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.paths import FIGURES_JSON
from vcfimg.reports.pictures.figure import Figure, FigureSet
from vcfimg.result import ScreeningResult


def store_figures(figures: Mapping[str, Figure], result: ScreeningResult, folder: Path) -> Path:
    """Write ``folder/figures.json``."""
    kept = FigureSet(
        inputs_sha256=result.provenance.inputs_sha256,
        segmenter=_segmenter(result),
        figures=tuple(figures.values()),
    )
    return write_atomic(folder / FIGURES_JSON, kept.model_dump_json())


def load_figures(result: ScreeningResult, folder: Path) -> dict[str, Figure]:
    """Figures kept for the same images and segmenter; empty when there are none, or when they belong to others."""
    try:
        kept = FigureSet.model_validate_json((folder / FIGURES_JSON).read_bytes())
    except (OSError, ValidationError):
        return {}
    if kept.inputs_sha256 is None or kept.inputs_sha256 != result.provenance.inputs_sha256:
        return {}
    if kept.segmenter != _segmenter(result):
        return {}
    return {figure.series_key: figure for figure in kept.figures}


def _segmenter(result: ScreeningResult) -> str | None:
    info = result.provenance.segmenter
    return f"{info.name} {info.version} {info.sha256}" if info else None
