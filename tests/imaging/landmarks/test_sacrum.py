from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.imaging.box_spine import BoxSpine, segmentation
from vcfimg.base import Note
from vcfimg.geometry import Geometry
from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.measure import measure
from vcfimg.imaging.raw import Anchor
from vcfimg.imaging.segmentation import LUMBOSACRAL_DOUBT, STATIONS_DOUBT, LabelMap, Tissue
from vcfimg.policy.load import load_policy

FOUR = BoxSpine(anterior_mm=(25.0,) * 4, posterior_mm=(25.0,) * 4)


def anchors(spine: BoxSpine, labels: LabelMap) -> tuple[Anchor, ...]:
    volume, _ = spine.build()
    return measure([volume], segmentation((volume.key, labels)), load_policy()).anchors


def with_sacrum(spine: BoxSpine, *, keep_rows: int | None = None) -> LabelMap:
    """The lowest block becomes the sacrum."""
    _, labels = spine.build()
    last = int(labels.instances.max())
    semantic, instances = labels.semantic.copy(), labels.instances.copy()
    block = instances == last
    if keep_rows is not None:
        rows = np.flatnonzero(block.any(axis=(0, 2)))
        semantic[:, rows[keep_rows] :][block[:, rows[keep_rows] :]] = 0
        block[:, rows[keep_rows] :] = False
    instances[instances == last] = 0
    semantic[block] = Tissue.SACRUM
    clear_discs_below(semantic, block)
    return LabelMap(semantic, instances, labels.geometry)


def clear_discs_below(semantic: NDArray[np.uint8], block: NDArray[np.bool_]) -> None:
    """No disc lies below the upper end of the sacrum."""
    below = semantic[:, np.flatnonzero(block.any(axis=(0, 2)))[0] :]
    below[below == Tissue.DISC] = Tissue.BACKGROUND


def test_sacrum_names_the_body_above_it() -> None:
    (sacrum,) = anchors(FOUR, with_sacrum(FOUR))
    assert (sacrum.kind, sacrum.adjacent_id, sacrum.confidence) == ("sacrum", 3, "high")


def test_sacral_endplate_has_its_ends() -> None:
    (sacrum,) = anchors(FOUR, with_sacrum(FOUR))
    front, back = np.array(sacrum.points_mm)
    assert np.linalg.norm(back - front) == pytest.approx(FOUR.depth_mm, abs=4.0)
    assert back[1] > front[1]
    middle = FOUR.middles()
    assert 0.5 * (front[2] + back[2]) == pytest.approx(-(middle[3] - 12.5), abs=3.0)


@pytest.mark.parametrize("tilt", [10.0, 30.0, 45.0, 55.0])
def test_the_endplate_of_a_steep_s1_is_not_taken_for_its_posterior_wall(tilt: float) -> None:
    """S1 as a turned block: below a lordosis its posterior wall faces up as much as its endplate."""
    labels = with_sacrum(FOUR)
    semantic = np.where(labels.semantic == Tissue.SACRUM, 0, labels.semantic)
    affine = labels.affine
    r, c = np.mgrid[: semantic.shape[1], : semantic.shape[2]]
    y, z = affine[1, 3] + affine[1, 0] * c, affine[2, 3] + affine[2, 1] * r
    posterior = np.array([y[(labels.instances == 3).any(axis=0)].max(), 12.5 - FOUR.middles()[3]])
    a = np.deg2rad(tilt)
    forward, down = np.array([-np.cos(a), -np.sin(a)]), np.array([np.sin(a), -np.cos(a)])
    u = (y - posterior[0]) * forward[0] + (z - posterior[1]) * forward[1]
    v = (y - posterior[0]) * down[0] + (z - posterior[1]) * down[1]
    semantic[:, (u > 0) & (u < 32) & (v > 0) & (v < 45)] = Tissue.SACRUM
    (sacrum,) = anchors(FOUR, LabelMap(semantic.astype(np.uint8), labels.instances, labels.geometry))
    front, back = np.array(sacrum.points_mm)[:, 1:]
    np.testing.assert_allclose(back, posterior, atol=3.0)
    np.testing.assert_allclose(front, posterior + 32 * forward, atol=3.0)


@pytest.mark.parametrize(
    ("keep", "disc", "notes"),
    [(1.0, False, ("transitional_sacralised",)), (0.65, False, ()), (0.65, True, ("transitional_disc",))],
    ids=["squared", "tapering", "with a disc"],
)
def test_a_deep_second_segment_or_a_disc_above_it_is_noted(keep: float, disc: bool, notes: tuple[str, ...]) -> None:
    """The two lowest blocks become S1 and S2; S2 keeps a share of its depth."""
    five = BoxSpine(anterior_mm=(25.0,) * 5, posterior_mm=(25.0,) * 5)
    _, labels = five.build()
    semantic, instances = labels.semantic.copy(), labels.instances.copy()
    sacral = instances >= 4
    z, r, c = np.nonzero(instances == 5)
    far = c < c.max() - keep * (c.max() - c.min())
    sacral[z[far], r[far], c[far]] = False
    semantic[instances >= 4] = 0
    instances[instances >= 4] = 0
    semantic[sacral] = Tissue.SACRUM
    if not disc:
        clear_discs_below(semantic, sacral)
    bridge = np.s_[
        :, np.flatnonzero(sacral.any((0, 2)))[0] : np.flatnonzero(sacral.any((0, 2)))[-1], c.max() - 4 : c.max()
    ]
    semantic[bridge] = Tissue.SACRUM
    (sacrum,) = anchors(five, LabelMap(semantic, instances, labels.geometry))
    assert (sacrum.notes, sacrum.confidence) == (notes, "low" if notes else "high")


def test_a_strip_of_sacrum_is_low_evidence() -> None:
    (sacrum,) = anchors(FOUR, with_sacrum(FOUR, keep_rows=8))
    assert sacrum.confidence == "low"
    assert "little_of_it_seen" in sacrum.notes


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize(("seen_mm", "confidence"), [(11.0, "low"), (18.0, "high")])
def test_a_sacrum_that_the_image_cuts_short_may_be_l5(seen_mm: float, confidence: str, padded: bool) -> None:
    volume, _ = FOUR.build()
    labels = with_sacrum(FOUR)
    first = int(np.flatnonzero((labels.semantic == Tissue.SACRUM).any(axis=(0, 2)))[0])
    end = first + round(seen_mm / float(volume.spacing[1]))
    below = ((0, 0), (0, 30 if padded else 0), (0, 0))
    array = np.pad(volume.array[:, :end], below)
    geometry = Geometry.of(array, volume.affine)
    cut = LabelMap(np.pad(labels.semantic[:, :end], below), np.pad(labels.instances[:, :end], below), geometry)
    shown = replace(volume, array=array, geometry=geometry)
    (sacrum,) = measure([shown], segmentation((volume.key, cut)), load_policy()).anchors
    assert sacrum.confidence == confidence


def test_a_speck_of_sacrum_beside_the_last_body_does_not_hide_the_sacrum() -> None:
    labels = with_sacrum(FOUR)
    semantic = labels.semantic.copy()
    rows = np.flatnonzero((labels.instances == 3).any(axis=(0, 2)))
    columns = np.flatnonzero((labels.instances == 3).any(axis=(0, 1)))
    semantic[:, rows[0] : rows[0] + 4, columns[-1] + 2 : columns[-1] + 6] = Tissue.SACRUM
    assert anchors(FOUR, replace(labels, semantic=semantic)) == anchors(FOUR, labels)


def test_missing_vertebra_above_the_sacrum_leaves_it_without_neighbour() -> None:
    labels = with_sacrum(FOUR)
    instances = np.where(labels.instances == 3, 0, labels.instances).astype(np.uint16)
    semantic = np.where(labels.instances == 3, 0, labels.semantic).astype(np.uint8)
    (sacrum,) = anchors(FOUR, LabelMap(semantic, instances, labels.geometry))
    assert sacrum.adjacent_id is None
    assert sacrum.confidence == "low"


def test_no_sacrum_no_anchor() -> None:
    _, labels = FOUR.build()
    assert anchors(FOUR, labels) == ()


def test_the_shape_of_the_column_is_asked_where_no_c2_is_sure() -> None:
    volume, labels = FOUR.build()
    without = measure([volume], segmentation((volume.key, labels)), load_policy())
    counted = measure([volume], segmentation((volume.key, with_sacrum(FOUR))), load_policy())
    assert [len(v.level_log_likelihood) for v in without.vertebrae] == [len(LEVELS)] * 4
    assert [len(v.level_log_likelihood) for v in counted.vertebrae] == [len(LEVELS)] * 3, (
        "it may speak for another count"
    )
    doubted = replace(
        segmentation((volume.key, with_sacrum(FOUR))), warnings=(Note(code=LUMBOSACRAL_DOUBT, text="alike"),)
    )
    unsure = measure([volume], doubted, load_policy())
    assert [a.confidence for a in unsure.anchors] == ["low"]
    assert [len(v.level_log_likelihood) for v in unsure.vertebrae] == [len(LEVELS)] * 3


def test_no_landmark_counts_where_stations_do_not_fit_together() -> None:
    volume, _ = FOUR.build()
    found = replace(segmentation((volume.key, with_sacrum(FOUR))), warnings=(Note(code=STATIONS_DOUBT, text="apart"),))
    (sacrum,) = measure([volume], found, load_policy()).anchors
    assert (sacrum.confidence, STATIONS_DOUBT in sacrum.notes) == ("low", True)
