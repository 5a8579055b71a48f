"""A sheet with one small picture per stack of a study, framed when it is used; an SVG that holds everything itself."""

import base64
from dataclasses import replace
from html import escape
from typing import Final

import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.loaders.inspection import inspect_study
from vcfimg.loaders.study import Series, Study
from vcfimg.loaders.volume_reader import read_volume
from vcfimg.policy.policy import Policy

TILE: Final = 180
"""Side of a picture, pixels."""

_CAPTION: Final = 62
_GAP: Final = 12
_COLUMNS: Final = 6
_LETTERS: Final = 30
_STYLE: Final = (
    "text{font:11px sans-serif;fill:#ddd}.line0{font-weight:bold;fill:#fff}"
    ".used{stroke:#4caf50;stroke-width:3;fill:none}.unused{stroke:#555;stroke-width:1;fill:none}"
)


def thumbnail_sheet(study: Study, *, policy: Policy) -> str:
    """The SVG text of the sheet: middle slice, role, description, plane and, where a stack is not used, the code.

    A stack whose pixels cannot be read shows the reason in place of a picture; nothing raises. Captions are escaped
    and hold no patient data beyond the series description.
    """
    entries = inspect_study(study, policy=policy)["series"]
    columns = max(1, min(_COLUMNS, len(entries)))
    rows = -(-len(entries) // columns)
    width = columns * (TILE + _GAP) + _GAP
    height = max(1, rows) * (TILE + _CAPTION + _GAP) + _GAP
    tiles = []
    for index, (series, entry) in enumerate(zip(study.series, entries, strict=True)):
        down, across = divmod(index, columns)
        tiles.append(
            _tile(series, entry, policy, _GAP + across * (TILE + _GAP), _GAP + down * (TILE + _CAPTION + _GAP))
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<style>{_STYLE}</style><rect width="{width}" height="{height}" fill="#111"/>{"".join(tiles)}</svg>'
    )


def middle_picture(series: Series, policy: Policy) -> NDArray[np.uint8]:
    """The middle slice as greyscale, darkest to brightest percentile, longest side :data:`TILE`.

    Raises
    ------
    LoadError
        When the middle slices cannot be read.
    """
    middle = len(series.frames) // 2
    few = series.frames[max(0, middle - 1) : middle + 1]
    array = read_volume(replace(series, frames=few), policy=policy).array[-1]
    low, high = np.percentile(array, (1, 99.5))
    grey = np.clip((array - low) / max(float(high - low), 1e-6), 0, 1)
    spacing = series.header.pixel_spacing or (1.0, 1.0)
    sides = np.array(array.shape) * spacing
    target = np.maximum(1, np.round(sides * TILE / sides.max()).astype(int))
    rows = np.arange(target[0]) * array.shape[0] // target[0]
    columns = np.arange(target[1]) * array.shape[1] // target[1]
    return np.asarray(np.round(grey[np.ix_(rows, columns)] * 255), dtype=np.uint8)


def _tile(series: Series, entry: dict[str, object], policy: Policy, x: int, y: int) -> str:
    try:
        picture = middle_picture(series, policy)
        encoded = base64.b64encode(imageio.imwrite("<bytes>", picture, extension=".png")).decode("ascii")
        rows, columns = picture.shape
        left, top = x + (TILE - columns) // 2, y + (TILE - rows) // 2
        shown = (
            f'<image x="{left}" y="{top}" width="{columns}" height="{rows}" href="data:image/png;base64,{encoded}"/>'
        )
    except LoadError as error:
        shown = f'<text x="{x + 6}" y="{y + TILE // 2}">{_safe(error.code)}</text>'
    used = bool(entry["used"])
    lines = [
        series.role.heading + (": used" if used else ""),
        entry["description"] or "",
        f"{series.plane or 'no plane'}, {len(series.frames)} images",
        "" if used else entry["code"] or "",
    ]
    captions = "".join(
        f'<text class="line{number}" x="{x}" y="{y + TILE + 14 + 15 * number}">{_safe(str(line)[:_LETTERS])}</text>'
        for number, line in enumerate(lines)
    )
    frame = f'<rect class="{"used" if used else "unused"}" x="{x}" y="{y}" width="{TILE}" height="{TILE}"/>'
    return f"<g><title>{_safe(entry['reason'])}</title>{shown}{frame}{captions}</g>"


def _safe(text: object) -> str:
    """Escaped, without control characters, short enough for a caption or a tooltip."""
    return escape("".join(char for char in str(text) if char.isprintable())[:160])
