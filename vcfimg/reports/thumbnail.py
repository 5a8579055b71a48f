"""A small picture of a study for the index page: the image with coloured outlines, no text."""

import io
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from vcfimg.reports.drawing import ROLE_ORDER
from vcfimg.reports.figure import Figure
from vcfimg.reports.naming import vertebra_flag
from vcfimg.result import ScreeningResult

THUMBNAIL: Final = "thumbnail.jpg"
"""File name beside ``result.json``."""

HEIGHT: Final = 176
"""Pixels."""

_COLOURS: Final = {"collapsed": (255, 159, 67), "edema": (255, 120, 220), "unmeasured": (190, 190, 190)}


def thumbnail(result: ScreeningResult, figures: Mapping[str, Figure]) -> bytes | None:
    """JPEG of the figure that shows most flagged bodies (T2 before STIR before T1), or None without figures."""
    if not figures:
        return None
    import imageio.v3 as imageio
    import numpy as np
    from skimage.color import gray2rgb
    from skimage.draw import line_aa
    from skimage.transform import resize

    flags = {vertebra.id: vertebra_flag(vertebra) for vertebra in result.vertebrae}

    def usefulness(figure: Figure) -> tuple[int, int]:
        flagged = sum(flags.get(body.vertebra_id) in ("collapsed", "edema") for body in figure.bodies)
        return flagged, -ROLE_ORDER.index(figure.role) if figure.role in ROLE_ORDER else -len(ROLE_ORDER)

    figure = max(figures.values(), key=usefulness)
    image = imageio.imread(io.BytesIO(figure.png))
    scale = HEIGHT / figure.height
    small = gray2rgb(resize(image, (HEIGHT, max(1, round(figure.width * scale))), anti_aliasing=True))
    for body in figure.bodies:
        colour = _COLOURS.get(flags.get(body.vertebra_id, "plain"))
        for outline in body.outlines if colour else ():
            corners = np.rint(np.array([*outline, outline[0]]) * scale).astype(int)
            for (x0, y0), (x1, y1) in pairwise(corners):
                rows, columns, share = line_aa(y0, x0, y1, x1)
                keep = (rows >= 0) & (rows < small.shape[0]) & (columns >= 0) & (columns < small.shape[1])
                rows, columns, share = rows[keep], columns[keep], share[keep, None]
                small[rows, columns] = small[rows, columns] * (1 - share) + share * np.array(colour) / 255
    return bytes(imageio.imwrite("<bytes>", np.rint(small * 255).astype(np.uint8), extension=".jpg", quality=82))
