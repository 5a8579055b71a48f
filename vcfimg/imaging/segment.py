"""``segment``: one label map per series of a study, bodies numbered once for all of them."""

from collections.abc import Sequence
from typing import Final

from vcfimg.errors import SegmentationError
from vcfimg.imaging.segmentation import Segmentation
from vcfimg.imaging.segmenters.protocol import Segmenter
from vcfimg.imaging.segmenters.registry import find_segmenter
from vcfimg.loaders.volume import Volume

SAME_GRID_MM: Final = 1e-3
"""Rounding that a label map may bring from a file."""


def segment(volumes: Sequence[Volume], segmenter: str | Segmenter | None = None) -> Segmentation:
    """Find the vertebral bodies of a study, and check what the segmenter says of it.

    Parameters
    ----------
    volumes
        Sagittal volumes, several stations allowed; all stations share one frame of reference.
    segmenter
        A segmenter or the name of one (:func:`~vcfimg.imaging.segmenters.registry.find_segmenter`); None = the
        embedded network.

    Raises
    ------
    SegmentationError
        ``segmenter_unknown`` or ``segmenter_broken`` for a name that leads nowhere, ``no_volumes`` for an empty list,
        ``segmenter_output`` for label maps that do not lie on the volumes, ``no_vertebrae`` if nothing is found, and
        what the segmenter itself raises.
    """
    chosen = find_segmenter(segmenter) if segmenter is None or isinstance(segmenter, str) else segmenter
    if not volumes:
        raise SegmentationError("no_volumes", "no volume was given to segment")
    segmentation = chosen.segment(volumes)
    _check(segmentation, volumes)
    if not any(labels.instances.any() for labels in segmentation.label_maps.values()):
        raise SegmentationError("no_vertebrae", "no vertebral body was found in any of the series")
    return segmentation


def _check(segmentation: Segmentation, volumes: Sequence[Volume]) -> None:
    """A segmenter of another package must not lead to heights read in the wrong place."""
    by_key = {volume.key: volume for volume in volumes}
    name = segmentation.provenance.name
    if segmentation.reference not in by_key:
        raise SegmentationError("segmenter_output", f"the reference series of {name} is none of those it was given")
    for key, labels in segmentation.label_maps.items():
        if key not in by_key:
            raise SegmentationError("segmenter_output", f"{name} labelled a series that it was not given")
        if not labels.geometry.same_grid(by_key[key].geometry, tolerance=SAME_GRID_MM):
            role = by_key[key].role.label
            raise SegmentationError(
                "segmenter_output", f"the labels of {name} lie on another grid than the {role} series"
            )
