"""Segmenters by name: the embedded one, and those that installed packages announce."""

from importlib.metadata import entry_points
from typing import Final

from vcfimg.errors import SegmentationError
from vcfimg.imaging.segmenters.protocol import Segmenter

EMBEDDED: Final = "vcfimg-unet"
"""The one that ships with the package, and the default."""

GROUP: Final = "vcfimg.segmenters"
"""Entry point group; each entry names something that makes a :class:`Segmenter` when called without arguments."""


def segmenter_names() -> list[str]:
    """Every name that :func:`find_segmenter` knows, the embedded one first."""
    return [EMBEDDED, *sorted(set(entry_points(group=GROUP).names) - {EMBEDDED})]


def find_segmenter(name: str | None = None) -> Segmenter:
    """The segmenter of that name; None = the embedded one, whose name no other package can take.

    Raises
    ------
    SegmentationError
        ``segmenter_unknown``, or ``segmenter_broken`` when its package cannot be loaded.
    """
    if name in {None, EMBEDDED}:
        from vcfimg.imaging.segmenters.embedded.segmenter import EmbeddedSegmenter

        return EmbeddedSegmenter()
    entry = next(iter(entry_points(group=GROUP, name=name)), None)
    if entry is None:
        known = ", ".join(map(repr, segmenter_names()))
        raise SegmentationError("segmenter_unknown", f"no segmenter is named {name!r}; there is {known}")
    try:
        segmenter: Segmenter = entry.load()()
    except Exception as error:  # whatever a foreign package raises; its text may hold anything
        text = f"the segmenter {name!r} ({entry.value}) cannot be loaded: {type(error).__name__}; reinstall its package"
        raise SegmentationError("segmenter_broken", text) from error
    return segmenter
