"""Faults of a stack that the headers alone show and that forbid any use of it."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from vcfimg.loaders.facets import Facets, Loose
from vcfimg.loaders.fields import SLOT, RawHeader
from vcfimg.loaders.refusal import instance_name

SPACING_TOLERANCE: Final = 1e-3
"""Pixel spacings that differ by less, as a fraction, are one; the volume reader allows the same."""


def faults_of(part: Sequence[Loose], facets: Mapping[RawHeader, Facets]) -> tuple[tuple[str, str], ...]:
    """``(code, sentence)`` of each fault; the sentence says how many images are affected."""
    found: list[tuple[str, str]] = []
    nowhere = [loose for loose in part if loose.raw[SLOT["frame_of_reference"]] is None]
    references = {loose.raw[SLOT["frame_of_reference"]] for loose in part} - {None}
    if len(references) > 1:
        text = f"Images of {len(references)} frames of reference (patient positions) are mixed in one series."
        found.append(("mixed_frame_of_reference", text))
    elif references and nowhere:
        found.append(("missing_geometry", f"The frame of reference is missing {_where(nowhere, part)}."))
    spacings = [facets[loose.raw].header.pixel_spacing for loose in part]
    sizes = [(facets[loose.raw].header.rows, facets[loose.raw].header.columns) for loose in part]
    unplaced = [
        loose
        for loose, spacing in zip(part, spacings, strict=True)
        if loose.frame.position is None or facets[loose.raw].orientation is None or spacing is None
    ]
    if unplaced:
        text = (
            f"Image position, orientation or pixel spacing is missing or impossible {_where(unplaced, part)}, so the "
            "images cannot be placed in the patient."
        )
        found.append(("missing_geometry", text))
    size, _ = Counter(sizes).most_common(1)[0]
    if odd := [loose for loose, other in zip(part, sizes, strict=True) if other != size]:
        found.append(("mixed_size", f"The matrix size is another one {_where(odd, part)}."))
    spacing, _ = Counter(spacings).most_common(1)[0]
    if odd := [loose for loose, other in zip(part, spacings, strict=True) if not _close(other, spacing)]:
        found.append(("mixed_spacing", f"The pixel spacing is another one {_where(odd, part)}."))
    return tuple(found)


def _close(a: tuple[float, float] | None, b: tuple[float, float] | None) -> bool:
    if a is None or b is None:
        return True  # said to be missing already
    return all(math.isclose(one, other, rel_tol=SPACING_TOLERANCE) for one, other in zip(a, b, strict=True))


def _where(some: Sequence[Loose], part: Sequence[Loose]) -> str:
    if len(some) == len(part):
        return f"in all {len(part)} images" if len(part) > 1 else f"in {instance_name(some[0].sop_instance_uid)}"
    first = min(some, key=lambda loose: loose.sop_instance_uid)
    return f"in {len(some)} of {len(part)} images ({instance_name(first.sop_instance_uid)})"
