"""C2 is told by its dens."""

from dataclasses import replace

import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine
from tests.imaging.landmarks.test_sacrum import anchors


def cervical(first_mm: float) -> BoxSpine:
    heights = (first_mm, 13.0, 13.0, 13.0)
    return BoxSpine(anterior_mm=heights, posterior_mm=heights, depth_mm=16.0, disc_mm=5.0, pixel_mm=0.5)


def test_tall_first_body_of_a_cervical_spine_is_c2() -> None:
    spine = cervical(32.0)
    _, labels = spine.build()
    top = np.flatnonzero((labels.instances == 1).any(axis=(0, 2)))[:30]
    columns = np.flatnonzero((labels.instances == 1).any(axis=(0, 1)))
    instances = labels.instances.copy()
    instances[:, top[0] : top[-1], columns[len(columns) // 2] :][
        instances[:, top[0] : top[-1], columns[len(columns) // 2] :] == 1
    ] = 0
    (c2,) = anchors(spine, replace(labels, instances=instances))
    assert (c2.kind, c2.adjacent_id, c2.confidence) == ("c2", 1, "high")
    inferior_endplate = np.flatnonzero((labels.instances == 1).any(axis=(0, 2)))[-1]
    row = float((np.linalg.inv(labels.affine) @ [*c2.center_mm, 1.0])[1])
    assert (inferior_endplate - row) * spine.pixel_mm == pytest.approx(13.0 / 2, abs=1.0), "half of C3 above its floor"


def test_a_dens_apart_from_c2_is_not_counted_from_with_confidence() -> None:
    heights = (24.0, 21.0, 13.0, 13.0, 13.0)
    spine = BoxSpine(anterior_mm=heights, posterior_mm=heights, depth_mm=16.0, disc_mm=5.0, pixel_mm=0.5)
    (c2,) = anchors(spine, spine.build()[1])
    assert c2.confidence == "low"
    assert "dens_apart" in c2.notes


def test_even_cervical_bodies_hold_no_c2() -> None:
    spine = cervical(13.0)
    assert anchors(spine, spine.build()[1]) == ()


def test_tall_lumbar_body_is_not_c2() -> None:
    spine = BoxSpine(anterior_mm=(40.0, 25.0, 25.0, 25.0), posterior_mm=(40.0, 25.0, 25.0, 25.0))
    assert anchors(spine, spine.build()[1]) == ()
