"""A segmenter is found by its name, in this package or in an installed one."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from tests.made_segmenters import ORACLE, FailingSegmenter
from vcfimg.errors import SegmentationError
from vcfimg.imaging.segmenters import registry
from vcfimg.imaging.segmenters.embedded.segmenter import EmbeddedSegmenter
from vcfimg.imaging.segmenters.registry import EMBEDDED, GROUP, find_segmenter, segmenter_names


def installed_segmenter() -> FailingSegmenter:
    """What an installed package announces."""
    return FailingSegmenter(RuntimeError("of another package"))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    announced = EntryPoints(
        EntryPoint(name, value, GROUP)
        for name, value in (
            ("theirs", f"{__name__}:installed_segmenter"),
            ("gone", "no_such_package:Segmenter"),
            (EMBEDDED, "no_such_package:Impostor"),
        )
    )
    monkeypatch.setattr(registry, "entry_points", announced.select)


@pytest.mark.parametrize("name", [None, EMBEDDED])
def test_embedded_one_is_the_default_and_cannot_be_replaced(name: str | None, installed: None) -> None:
    assert isinstance(find_segmenter(name), EmbeddedSegmenter)
    assert find_segmenter(name).info.name == EMBEDDED


def test_installed_one_is_found_by_its_entry_point(installed: None) -> None:
    assert find_segmenter("theirs").info == ORACLE
    assert segmenter_names() == [EMBEDDED, "gone", "theirs"]


@pytest.mark.parametrize(("name", "code"), [("nobody", "segmenter_unknown"), ("gone", "segmenter_broken")])
def test_name_that_leads_nowhere_is_refused(name: str, code: str, installed: None) -> None:
    with pytest.raises(SegmentationError, match=name) as error:
        find_segmenter(name)
    assert error.value.code == code
