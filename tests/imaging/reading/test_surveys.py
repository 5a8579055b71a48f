"""A survey of a few slices: levels are counted on it, heights only where nothing else shows the body."""

from dataclasses import replace

import numpy as np

from tests.imaging.box_spine import BoxSpine
from vcfimg.imaging.measure import measure
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.segmentation import LabelMap, Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume
from vcfimg.policy.load import load_policy

DIAGNOSTIC = BoxSpine(role="t2", key="1.1", slices=9)
SURVEY = BoxSpine(role="t1", key="1.2", slices=5, gap_mm=9.0, marrow=200, disc=60, csf=30)


def measured(*series: tuple[Volume, LabelMap]) -> RawSpine:
    maps = {volume.key: labels for volume, labels in series}
    found = Segmentation(series[0][0].key, maps, SegmenterInfo(name="blocks", version="1"))
    return measure([volume for volume, _ in series], found, load_policy())


def without(labels: LabelMap, identity: int) -> LabelMap:
    gone = labels.instances == identity
    semantic, instances = (
        np.where(gone, 0, array).astype(array.dtype) for array in (labels.semantic, labels.instances)
    )
    return replace(labels, semantic=semantic, instances=instances)


def test_heights_come_from_the_diagnostic_series_alone() -> None:
    raw = measured(DIAGNOSTIC.build(), SURVEY.build())
    assert [[reading.role for reading in vertebra.by_series] for vertebra in raw.vertebrae] == [["t2"]] * 3
    assert raw.warnings == ()


def test_signal_is_read_on_a_survey_too() -> None:
    raw = measured(DIAGNOSTIC.build(), SURVEY.build())
    assert {signal.role for vertebra in raw.vertebrae for signal in vertebra.signals} == {"t1", "t2"}


def test_body_that_only_the_survey_shows_is_measured_there_and_said_to_be() -> None:
    volume, labels = DIAGNOSTIC.build()
    raw = measured((volume, without(labels, 1)), SURVEY.build())
    first, *others = raw.vertebrae
    assert first.measured_on == SURVEY.build()[0].series_id
    assert {vertebra.measured_on for vertebra in others} == {volume.series_id}
    assert [note.code for note in raw.warnings] == ["heights_from_survey"]
    assert "1 of 3 vertebrae" in raw.warnings[0].text


def test_survey_alone_is_measured() -> None:
    raw = measured(SURVEY.build())
    assert all(vertebra.height_mm.middle is not None for vertebra in raw.vertebrae)
    assert [note.code for note in raw.warnings] == ["heights_from_survey"]
