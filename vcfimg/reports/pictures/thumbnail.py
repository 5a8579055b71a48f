"""A small picture of a study for the index page: the image with coloured outlines, its alternative text inside."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from vcfimg.reports.pictures.drawing import read_aloud
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.wording.vertebra_names import vertebra_flag
from vcfimg.result import ScreeningResult
from vcfimg.roles import display_rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMMENT_BYTES: Final = 65533
"""A JPEG comment holds no more."""

HEIGHT: Final = 176
"""Pixels."""

_COLOURS: Final = {
    "collapsed": (255, 159, 67),
    "edema": (255, 120, 220),
    "unmeasured": (190, 190, 190),
    "unknown": (190, 190, 190),
}


def thumbnail(result: ScreeningResult, figures: Mapping[str, Figure]) -> bytes | None:
    """JPEG of the figure that shows most flagged bodies (T2 before STIR before T1), or None without figures.

    The JPEG comment says which bodies are outlined on it, for :func:`alternative_text`.
    """
    if not figures:
        return None
    import imageio.v3 as imageio
    import numpy as np
    from skimage.color import gray2rgb
    from skimage.morphology import dilation
    from skimage.transform import resize

    flags = {vertebra.id: vertebra_flag(vertebra) for vertebra in result.vertebrae}

    def usefulness(figure: Figure) -> tuple[int, int]:
        flagged = sum(flags.get(body.vertebra_id) in ("collapsed", "edema") for body in figure.bodies)
        return flagged, -display_rank(figure.role)

    figure = max(figures.values(), key=usefulness)
    image = imageio.imread(io.BytesIO(figure.png))
    scale = HEIGHT / figure.height
    small = gray2rgb(resize(image, (HEIGHT, max(1, round(figure.width * scale))), anti_aliasing=True))
    for name, colour in _COLOURS.items():
        drawn = np.zeros(small.shape[:2], bool)
        for body in figure.bodies:
            for outline in body.outlines if flags.get(body.vertebra_id) == name else ():
                _draw(drawn, np.array(outline)[:, ::-1] * scale)
        small[dilation(drawn)] = np.array(colour) / 255
    pixels = np.rint(small * 255).astype(np.uint8)
    comment = _alternative_text(figure, result).encode("utf-8", "backslashreplace")[:_COMMENT_BYTES]
    return bytes(imageio.imwrite("<bytes>", pixels, extension=".jpg", quality=85, subsampling=0, comment=comment))


def alternative_text(jpeg: bytes) -> str:
    """What a thumbnail shows, in words: its series and the bodies outlined on it; empty where it does not say."""
    import imageio.v3 as imageio

    try:
        comment = imageio.immeta(jpeg, plugin="pillow").get("comment", b"")
    except (OSError, SyntaxError, ValueError):  # what Pillow raises on a broken picture
        return ""
    return comment.decode("utf-8", "replace") if isinstance(comment, bytes) else ""


def _alternative_text(figure: Figure, result: ScreeningResult) -> str:
    by_id = {vertebra.id: vertebra for vertebra in result.vertebrae}
    drawn = [by_id[body.vertebra_id] for body in figure.bodies if body.outlines and body.vertebra_id in by_id]
    marked = [read_aloud(vertebra) for vertebra in drawn if vertebra_flag(vertebra) in _COLOURS]
    return f"Sagittal {figure.role.label} image. Outlined: {'; '.join(marked) or 'no vertebra'}."


def _draw(drawn: "NDArray[np.bool_]", outline: "NDArray[np.float64]") -> None:
    """Mark the closed outline, ``(n, 2)`` rows and columns; what lies outside the picture is left out."""
    import numpy as np
    from skimage.draw import line

    points = np.rint(outline).astype(int)
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        rows, columns = line(*start, *end)
        inside = (rows >= 0) & (rows < drawn.shape[0]) & (columns >= 0) & (columns < drawn.shape[1])
        drawn[rows[inside], columns[inside]] = True
