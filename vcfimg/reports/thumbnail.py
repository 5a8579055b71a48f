"""A small picture of a study for the index page: the image with coloured outlines, no text."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from vcfimg.reports.drawing import ROLE_ORDER
from vcfimg.reports.figure import Figure
from vcfimg.reports.naming import vertebra_flag
from vcfimg.result import ScreeningResult

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

THUMBNAIL: Final = "thumbnail.jpg"
"""File name beside ``result.json``."""

HEIGHT: Final = 176
"""Pixels."""

_COLOURS: Final = {
    "collapsed": (255, 159, 67),
    "edema": (255, 120, 220),
    "unmeasured": (190, 190, 190),
    "unknown": (190, 190, 190),
}


def thumbnail(result: ScreeningResult, figures: Mapping[str, Figure]) -> bytes | None:
    """JPEG of the figure that shows most flagged bodies (T2 before STIR before T1), or None without figures."""
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
        return flagged, -ROLE_ORDER.index(figure.role) if figure.role in ROLE_ORDER else -len(ROLE_ORDER)

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
    return bytes(imageio.imwrite("<bytes>", pixels, extension=".jpg", quality=85, subsampling=0))


def _draw(drawn: "NDArray[np.bool_]", outline: "NDArray[np.float64]") -> None:
    """Mark the closed outline, ``(n, 2)`` rows and columns; what lies outside the picture is left out."""
    import numpy as np
    from skimage.draw import line

    points = np.rint(outline).astype(int)
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        rows, columns = line(*start, *end)
        inside = (rows >= 0) & (rows < drawn.shape[0]) & (columns >= 0) & (columns < drawn.shape[1])
        drawn[rows[inside], columns[inside]] = True
