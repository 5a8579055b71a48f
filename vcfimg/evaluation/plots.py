"""Plots of an evaluation (needs matplotlib, the ``evaluate`` extra)."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from vcfimg.evaluation.accuracy_summary import height_pairs, loss_pairs
from vcfimg.evaluation.agreement import agreement
from vcfimg.evaluation.rows import BodyRow
from vcfimg.imaging.raw import POSITIONS
from vcfimg.level_names import is_level, level_index


def write_plots(out: Path, rows: Sequence[BodyRow]) -> list[str]:
    """Write the plots that the data allow; returns their file names, none without matplotlib."""
    if find_spec("matplotlib") is None:
        return []
    with _caches_aside():
        from matplotlib.figure import Figure

    measured = [r for r in rows if r.measured and r.complete]
    written = []
    for name, draw in (
        ("bland_altman.png", _bland_altman),
        ("loss.png", _losses),
        ("by_level.png", _by_level),
        ("by_contrast.png", _by_contrast),
    ):
        figure = Figure(figsize=(12, 4), layout="constrained")
        if draw(figure, measured):
            figure.savefig(out / name, dpi=110)
            written.append(name)
    return written


@contextmanager
def _caches_aside() -> Iterator[None]:
    """A temporary folder for the font lists of matplotlib and of the fontconfig it asks: the home folder gets none."""
    with tempfile.TemporaryDirectory(prefix="vcfimg-plots-") as folder:
        before = {name: os.environ.get(name) for name in ("MPLCONFIGDIR", "XDG_CACHE_HOME")}
        os.environ.update(dict.fromkeys(before, folder))
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _bland_altman(figure: Any, rows: Sequence[BodyRow]) -> bool:
    """Difference against mean of measured and reference height, by position."""
    drawn = False
    for axis, x in zip(figure.subplots(1, 3, sharey=True), POSITIONS, strict=True):
        measured, true = (np.array(v) for v in height_pairs(rows, x))
        axis.set(title=f"{x} height", xlabel="mean of measured and reference, mm")
        if not len(measured):
            continue
        drawn = True
        axis.plot(0.5 * (measured + true), measured - true, ".", alpha=0.5)
        found = agreement(measured.tolist(), true.tolist())
        for value, style in ((found.bias, "-"), (found.lower, "--"), (found.upper, "--")):
            if value is not None:
                axis.axhline(value, linestyle=style, color="0.3")
                axis.annotate(f"{value:.2f}", (1, value), xycoords=("axes fraction", "data"), ha="right", va="bottom")
    figure.axes[0].set_ylabel("measured - reference, mm")
    return drawn


def _losses(figure: Any, rows: Sequence[BodyRow]) -> bool:
    """Measured against true loss, by position."""
    drawn = False
    for axis, x in zip(figure.subplots(1, 3, sharey=True), POSITIONS, strict=True):
        measured, true = loss_pairs(rows, x)
        axis.set(title=f"{x} loss", xlabel="true, %")
        if measured:
            drawn = True
            axis.plot(true, measured, ".", alpha=0.5)
            axis.axline((0, 0), slope=1, color="0.3")
    figure.axes[0].set_ylabel("measured, %")
    return drawn


def _by_level(figure: Any, rows: Sequence[BodyRow]) -> bool:
    names = sorted({r.level for r in rows if r.level is not None and is_level(r.level)}, key=level_index)
    return _boxes(figure, [(name, [r for r in rows if r.level == name]) for name in names])


def _by_contrast(figure: Any, rows: Sequence[BodyRow]) -> bool:
    names = sorted({r.contrast for r in rows})
    return _boxes(figure, [(name, [r for r in rows if r.contrast == name]) for name in names])


def _boxes(figure: Any, groups: Sequence[tuple[str, list[BodyRow]]]) -> bool:
    """Height error of each group, all positions together."""
    errors = []
    for name, rows in groups:
        pairs = [height_pairs(rows, x) for x in POSITIONS]
        found = [m - t for measured, true in pairs for m, t in zip(measured, true, strict=True)]
        if found:
            errors.append((name, found))
    if not errors:
        return False
    axis = figure.subplots()
    axis.boxplot([e for _, e in errors], showfliers=True)
    axis.set_xticks(range(1, len(errors) + 1), [name for name, _ in errors])
    axis.axhline(0, color="0.3")
    axis.set(ylabel="measured - reference height, mm")
    return True
