"""Networks come with the package, or a clear error says which is missing."""

from pathlib import Path

import pytest

from vcfimg.errors import SegmentationError
from vcfimg.imaging.landmarks import level_shape
from vcfimg.imaging.networks import shipped_network
from vcfimg.imaging.networks.shipped_network import shipped_session, shipped_weights
from vcfimg.imaging.segmenters.embedded import network

NAMES = [network.WEIGHTS, level_shape.WEIGHTS]


@pytest.mark.parametrize("name", NAMES)
def test_missing_weights_are_an_error(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipped_network.resources, "files", lambda package: tmp_path)
    shipped_weights.cache_clear()
    shipped_session.cache_clear()
    with pytest.raises(SegmentationError, match=name):
        shipped_session(name)


def test_all_weights_together_stay_below_ten_megabytes() -> None:
    assert sum(len(shipped_weights(name)) for name in NAMES) <= 10e6
