"""The picture of a study: its figures with outlines and labels, what was concluded, and the banner."""

import io
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from vcfimg.reports.pictures.drawing import Drawing, drawings
from vcfimg.reports.pictures.figure import Figure
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEIGHT: Final = 480
"""Of the figures, pixels."""

MOST_FIGURES: Final = 3
LINE: Final = 19
FONT: Final = 15
_COLOURS: Final = {"collapsed": (255, 159, 67), "edema": (255, 120, 220)}
_PLAIN: Final = (170, 200, 220)
_PLAIN_LETTERS: Final = str.maketrans({"▼": "loss", "–": "-", "−": "-", "—": "-", "’": "'", "≤": "<=", "≥": ">="})
"""The letters of the font that Pillow ships are few."""


def summary_picture(
    result: ScreeningResult, figures: Mapping[str, Figure], lines: tuple[str, ...], banner: str
) -> "NDArray[np.uint8]":
    """RGB, shape ``(rows, columns, 3)``. No name and no identifier of the patient is drawn."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(FONT)
    shown = drawings(result, figures)[:MOST_FIGURES]
    tiles = [_tile(drawing, font) for drawing in shown]
    width = max(720, sum(tile.width for tile in tiles) + 8 * max(0, len(tiles) - 1))
    words = [part for line in lines for part in textwrap.wrap(_plain(line), max(40, width // 8)) or [""]]
    top = LINE + 6 if banner else 0
    picture = Image.new("RGB", (width, top + (HEIGHT if tiles else 0) + LINE * len(words) + 12), (12, 16, 20))
    draw = ImageDraw.Draw(picture)
    if banner:
        draw.rectangle((0, 0, width, top - 2), fill=(130, 30, 30))
        draw.text((6, 3), _plain(banner), fill=(255, 255, 255), font=font)
    left = 0
    for tile in tiles:
        picture.paste(tile, (left, top))
        left += tile.width + 8
    y = top + (HEIGHT if tiles else 0) + 6
    for word in words:
        draw.text((6, y), word, fill=(235, 235, 235), font=font)
        y += LINE
    return np.asarray(picture, np.uint8)


def _tile(drawing: Drawing, font: Any) -> Any:
    from PIL import Image, ImageDraw

    figure = drawing.figure
    scale = HEIGHT / figure.height
    picture = Image.open(io.BytesIO(figure.png)).convert("RGB").resize((max(1, round(figure.width * scale)), HEIGHT))
    draw = ImageDraw.Draw(picture)
    for body, mark in zip(figure.bodies, drawing.marks, strict=True):
        colour = _COLOURS.get(mark.flag, _PLAIN)
        for outline in body.outlines:
            ring = [(x * scale, y * scale) for x, y in (*outline, outline[0])]
            draw.line(ring, fill=colour, width=2 if mark.flag in _COLOURS else 1)
        for start, end in mark.height_lines:
            draw.line([(x * scale, y * scale) for x, y in (start, end)], fill=(90, 230, 140), width=1)
        y = mark.label_at[1] * scale - LINE * len(mark.lines) / 2
        for line in mark.lines:
            text = _plain(line)
            x = max(2.0, mark.label_at[0] * scale - draw.textlength(text, font=font))
            draw.text((x, y), text, fill=colour, font=font, stroke_width=1, stroke_fill=(0, 0, 0))
            y += LINE
    draw.text(
        (4, HEIGHT - LINE - 2), _plain(f"{drawing.title}, {drawing.caption}")[:60], fill=(200, 200, 200), font=font
    )
    return picture


def _plain(text: str) -> str:
    return text.translate(_PLAIN_LETTERS).encode("latin-1", "replace").decode("latin-1")
