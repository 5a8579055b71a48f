import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine, segmentation
from vcfimg.imaging.measure import measure
from vcfimg.imaging.segmentation import LabelMap, Tissue
from vcfimg.policy.load import load_policy


def canal(spine: BoxSpine, labels: LabelMap | None = None) -> float | None:
    volume, own = spine.build()
    return measure([volume], segmentation((volume.key, labels or own)), load_policy()).vertebrae[1].canal_ap_mm


@pytest.mark.parametrize("diameter", [9.0, 16.0])
def test_diameter_is_measured_behind_the_body(diameter: float) -> None:
    assert canal(BoxSpine(canal_mm=diameter)) == pytest.approx(diameter, abs=0.8)


def test_diameter_follows_the_lean_of_the_body() -> None:
    assert canal(BoxSpine(lean_deg=25.0)) == pytest.approx(16.0, abs=0.8)


def test_retropulsion_narrows_it() -> None:
    narrowed = canal(BoxSpine(bulge_mm=4.0))
    assert narrowed is not None
    assert narrowed < 14.5


def test_unlabelled_canal_is_unknown() -> None:
    _, labels = BoxSpine().build()
    semantic = np.where(labels.semantic == Tissue.CANAL, 0, labels.semantic).astype(np.uint8)
    assert canal(BoxSpine(), LabelMap(semantic, labels.instances, labels.geometry)) is None
