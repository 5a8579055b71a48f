"""A block spine with known heights, as a case and as a perfect or imperfect outcome."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.evaluation.timed_run import Outcome
from vcfimg.geometry import Geometry
from vcfimg.imaging.derive import derive
from vcfimg.imaging.raw import Anchor, Heights, RawSpine, RawVertebra
from vcfimg.imaging.segmentation import LabelMap, Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy, load_policy
from vcfimg.series_id import SeriesId

POLICY = load_policy()
LEVELS = ("T11", "T12", "L1", "L2", "L3", "L4", "L5")
UID = "block_spine"


def block_masks(heights: Sequence[int] = (20, 21, 22, 23, 23, 23, 22)) -> NDArray[np.int32]:
    """Boxes 30 mm deep and 21 slices wide, 9 mm apart, on a 1 mm grid; integers 18 (T11) to 24 (L5)."""
    masks = np.zeros((31, 20 + sum(heights) + 9 * len(heights) + 20, 80), np.int32)
    row = 15
    for i, height in enumerate(heights):
        masks[5:26, row : row + height, 25:55] = 18 + i
        row += height + 9
    return masks


def sagittal_affine() -> NDArray[np.float64]:
    """Columns to the back, rows to the feet, slices to the right; 1 mm."""
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = (0, 1, 0), (0, 0, -1), (-1, 0, 0)
    return affine


def block_volume(masks: NDArray[np.int32]) -> Volume:
    """An image of the masks."""
    return Volume((masks > 0).astype(np.float32), Geometry.of(masks, sagittal_affine()), UID, "t2")


def center_of(masks: NDArray[np.int32], label: int, volume: Volume) -> tuple[float, float, float]:
    """Centroid of one body, LPS."""
    x, y, z = volume.to_lps(np.argwhere(masks == label).mean(axis=0)[::-1])
    return float(x), float(y), float(z)


def block_case(masks: NDArray[np.int32], name: str = "block", **fields: object) -> Case:
    """The truth of the block spine."""
    volume = block_volume(masks)
    bodies = tuple(
        TrueBody(
            label=18 + i,
            level=level,
            center_mm=center_of(masks, 18 + i, volume),
            height_mm=height_of(masks, 18 + i),
        )
        for i, level in enumerate(LEVELS)
        if (masks == 18 + i).any()
    )
    known: dict[str, object] = {"sacrum_in_view": True, **fields}
    return Case(name, "T2", (volume,), bodies, {UID: masks}, **known)  # type: ignore[arg-type]


def height_of(masks: NDArray[np.int32], label: int) -> Heights:
    """Height of one box."""
    rows = np.nonzero((masks == label).any(axis=(0, 2)))[0]
    height = float(rows[-1] - rows[0] + 1)
    return Heights(anterior=height, middle=height, posterior=height)


def outcome_of(
    masks: NDArray[np.int32], *, error_mm: float = 0.0, policy: Policy = POLICY, anchored: bool = True
) -> Outcome:
    """What a pipeline would say that found the boxes of ``masks`` and read each height ``error_mm`` too large."""
    volume = block_volume(masks)
    labels = [v for v in np.unique(masks).tolist() if v]
    instances = np.zeros(masks.shape, np.uint16)
    vertebrae = []
    for i, label in enumerate(labels, start=1):
        instances[masks == label] = i
        true = height_of(masks, label)
        read = Heights(**{x: value + error_mm for x, value in true.model_dump().items()})
        vertebrae.append(
            RawVertebra(
                id=i,
                order=i,
                center_mm=center_of(masks, label, volume),
                axis_anterior=(0, -1, 0),
                axis_left=(1, 0, 0),
                axis_superior=(0, 0, 1),
                depth_mm=30.0,
                height_mm=read,
                height_error_mm=Heights(anterior=0.5, middle=0.5, posterior=0.5),
            )
        )
    label_map = LabelMap((instances > 0).astype(np.uint8), instances, volume.geometry)
    info = SegmenterInfo(name="made", version="1", sha256="ab" * 32)
    segmentation = Segmentation(UID, {UID: label_map}, info)
    anchor = Anchor(kind="sacrum", center_mm=(0, 0, 0), adjacent_id=len(labels)) if labels else None
    raw = RawSpine(
        reference_series=SeriesId(series_instance_uid=UID),
        vertebrae=tuple(vertebrae),
        anchors=(anchor,) if anchored and anchor else (),
        segmenter=info,
    )
    return Outcome(segmentation, raw, derive(raw, None, policy), {"all": 1.5})
