"""A painted study goes through the shipped network: bodies are numbered once, and movement is corrected."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.made_segmenters import ORACLE
from vcfimg.errors import SegmentationError
from vcfimg.imaging.segment import segment
from vcfimg.imaging.segmentation import Segmentation, SegmenterInfo, Tissue
from vcfimg.imaging.segmenters.embedded.spine_window import read_whole
from vcfimg.phantom import SpineSpec, make_study

MOVED = (0.0, 5.0, -6.0)
"""Displacement of the person during the T1 series, LPS mm."""


@pytest.fixture(scope="module")
def study():
    return make_study(
        SpineSpec(seed=12),
        roles=("t2", "t1"),
        slices=5,
        size=(240, 200),
        pixel_mm=1.25,
        gap_mm=5.0,
        moved_mm={"t1": MOVED},
    )


@pytest.fixture(scope="module")
def found(study):
    return segment([study.volumes["t1"], study.volumes["t2"]])


def test_t2_is_the_reference(study, found):
    assert found.reference == study.volumes["t2"].key


def test_every_series_has_labels_on_its_own_grid(study, found):
    assert set(found.label_maps) == {v.key for v in study.volumes.values()}
    for volume in study.volumes.values():
        entry = found.label_maps[volume.key]
        assert entry.semantic.shape == entry.instances.shape == volume.shape
        assert np.allclose(entry.affine, volume.affine)


def test_instances_and_labels_agree(found):
    for entry in found.label_maps.values():
        assert ((entry.instances > 0) == (entry.semantic == Tissue.BODY)).all()


def test_numbers_run_from_head_to_foot_without_gaps(study, found):
    # a body cut by the edge of one series may be seen on another alone: its number counts as well
    seen = {int(n) for entry in found.label_maps.values() for n in np.unique(entry.instances) if n}
    assert seen == set(range(1, len(seen) + 1))
    for volume in study.volumes.values():
        instances = found.label_maps[volume.key].instances
        numbers = [int(n) for n in np.unique(instances) if n]
        z = [volume.to_lps(np.argwhere(instances == n).mean(0)[::-1])[2] for n in numbers]
        assert z == sorted(z, reverse=True)


def test_the_lumbar_bodies_are_found(study, found):
    entry = found.label_maps[found.reference]
    hits = []
    for vertebra in study.truth.vertebrae:
        if vertebra.level in {"T12", "L1", "L2", "L3", "L4", "L5"}:
            column, row, k = np.round(study.volumes["t2"].to_index(np.array(vertebra.center_mm))).astype(int)
            hits.append(int(entry.instances[k, row, column]))
    assert np.count_nonzero(hits) >= 5
    assert len(set(hits) - {0}) == np.count_nonzero(hits)


def test_movement_between_series_is_found_and_told(study, found):
    # The shift carries a point of the moved series back to where the reference shows it.
    shift = np.array(found.shifts_mm[study.volumes["t1"].key])
    assert shift == pytest.approx([-x for x in MOVED], abs=1.5)
    assert [warning.code for warning in found.warnings] == ["moved"]
    assert found.warnings[0].text.startswith("T1 lies")


def test_labels_of_the_moved_series_follow_its_image(study, found):
    at = []
    for role in ("t2", "t1"):
        volume = study.volumes[role]
        instances = found.label_maps[volume.key].instances
        both = set(np.unique(found.label_maps[found.reference].instances)) & set(np.unique(instances)) - {0}
        at.append({n: volume.to_lps(np.argwhere(instances == n).mean(0)[::-1]) for n in both})
    moved = np.median([at[1][n] - at[0][n] for n in set(at[0]) & set(at[1])], axis=0)
    assert moved == pytest.approx(MOVED, abs=1.5)


def test_a_single_series_is_enough(study):
    alone = segment([study.volumes["t1"]])
    assert alone.reference == study.volumes["t1"].key
    assert not alone.warnings


def test_series_of_one_grid_share_the_columns_that_the_first_one_finds(monkeypatch):
    two = make_study(SpineSpec(seed=12), roles=("t2", "t1"), slices=5, size=(240, 200), pixel_mm=1.25, gap_mm=5.0)
    read = []
    monkeypatch.setattr(
        "vcfimg.imaging.segmenters.embedded.segmenter.read_whole", lambda images: read.append(1) or read_whole(images)
    )
    found = segment(list(two.volumes.values()))
    assert len(read) == 1
    assert found.label_maps.keys() == {v.key for v in two.volumes.values()}


def test_an_unknown_segmenter_is_refused(study):
    with pytest.raises(SegmentationError, match="nobody") as error:
        segment([study.volumes["t2"]], "nobody")
    assert error.value.code == "segmenter_unknown"


@dataclass(frozen=True)
class Fixed:
    """A segmenter that always says the same."""

    answer: Segmentation
    info: SegmenterInfo = ORACLE

    def segment(self, volumes):
        return self.answer


def test_a_segmenter_may_be_handed_in(study, found):
    t2 = study.volumes["t2"]
    answer = Segmentation(t2.key, {t2.key: found.label_maps[t2.key]}, ORACLE)
    assert segment([t2], Fixed(answer)) is answer


def test_labels_on_another_grid_are_refused(study, found):
    t2 = study.volumes["t2"]
    labels = found.label_maps[t2.key]
    moved = replace(labels, geometry=labels.geometry.moved(np.array([0.0, 0.0, 1.0])))
    for answer in (
        Segmentation(t2.key, {t2.key: moved}, ORACLE),
        Segmentation("1.2.3", {"1.2.3": labels}, ORACLE),
        Segmentation(t2.key, {t2.key: labels, "1.2.3": labels}, ORACLE),
    ):
        with pytest.raises(SegmentationError) as error:
            segment([t2], Fixed(answer))
        assert error.value.code == "segmenter_output"


def test_no_volumes_are_refused():
    with pytest.raises(SegmentationError) as error:
        segment([])
    assert error.value.code == "no_volumes"


def test_an_image_without_a_spine_is_refused(study):
    empty = replace(study.volumes["t2"], array=np.zeros_like(study.volumes["t2"].array))
    with pytest.raises(SegmentationError) as error:
        segment([empty])
    assert error.value.code == "no_vertebrae"


def test_neighbours_help_out_where_slices_are_thin():
    volume = make_study(
        SpineSpec(seed=12), roles=("t2",), slices=9, size=(240, 200), pixel_mm=1.25, gap_mm=1.2
    ).volumes["t2"]
    spoilt = volume.array.copy()
    rng = np.random.default_rng(0)
    spoilt[4] = rng.permuted(spoilt[4].ravel()).reshape(spoilt[4].shape)
    entry = segment([replace(volume, array=spoilt)]).label_maps[volume.key]
    clean = segment([volume]).label_maps[volume.key]
    assert (entry.instances[4] > 0).sum() > 0.8 * (clean.instances[4] > 0).sum()


def test_a_leaning_body_that_two_stations_show_is_counted_once():
    person = SpineSpec(seed=77, scoliosis_deg=18)
    stations = []
    for number, region in enumerate(("lumbar", "thoracic")):
        painted = make_study(person, region=region, roles=("t2",), slices=11, pixel_mm=1.25)
        stations.append(replace(painted.volumes["t2"], station=number, series_instance_uid=f"2.25.{number}"))
    found = segment(stations)
    shown = [{int(n) for n in np.unique(entry.instances) if n} for entry in found.label_maps.values()]
    numbers = sorted(set.union(*shown))
    assert len(set.intersection(*shown)) >= 5
    assert numbers == list(range(1, 23)), "C3 to L5"


def test_a_body_that_the_edge_of_the_reference_cuts_is_whole_where_another_series_shows_it(study, found):
    t1, t2 = study.volumes["t1"], study.volumes["t2"]
    inside = found.label_maps[t2.key].instances
    above, body = (int(n) for n in np.unique(inside)[1:3])
    rows = np.flatnonzero((inside == body).any((0, 2)))
    cut = (rows[0] + rows[-1]) // 2
    low = replace(t2, array=np.ascontiguousarray(t2.array[:, cut:]), geometry=t2.geometry.padded(rows=(-cut, 0)))
    again = segment([t1, low])
    assert again.reference == low.key
    before, now = (one.label_maps[t1.key].instances for one in (found, again))
    for number, share in ((body, 0.9), (above, 0.5)):
        numbers, pixels = np.unique(now[before == number], return_counts=True)
        kept = int(numbers[pixels.argmax()])
        assert kept > 0
        assert pixels.max() > share * np.count_nonzero(before == number)
        if number == body:
            assert np.count_nonzero(now == kept) == pytest.approx(np.count_nonzero(before == body), rel=0.1)


def test_a_series_that_lies_a_level_away_is_left_out_and_told(study):
    t1, t2 = study.volumes["t1"], study.volumes["t2"]
    found = segment([replace(t1, geometry=t1.geometry.moved(np.array([0.0, 0.0, 30.0]))), t2])
    assert [warning.code for warning in found.warnings] == ["displaced"]
    assert not found.label_maps[t1.key].semantic.any()
    assert found.label_maps[t2.key].instances.any()


@pytest.mark.parametrize("away", [(0.0, 1000.0, 0.0), (1000.0, 0.0, 0.0)])
def test_a_series_of_another_place_is_left_out_and_told(study, away):
    t1, t2 = study.volumes["t1"], study.volumes["t2"]
    found = segment([replace(t1, geometry=t1.geometry.moved(np.array(away))), t2])
    assert [warning.code for warning in found.warnings] == ["displaced"]
    assert not found.label_maps[t1.key].semantic.any()
    assert found.label_maps[t2.key].instances.any()


def test_stations_between_which_the_patient_moved_are_one_spine():
    person = SpineSpec(seed=78)
    stations = []
    for number, region in enumerate(("thoracic", "lumbar")):
        volume = make_study(person, region=region, roles=("t2",), slices=5, pixel_mm=1.25).volumes["t2"]
        geometry = volume.geometry.moved(np.array([0.0, 0.0, -14.0 * number]))
        stations.append(replace(volume, geometry=geometry, station=number, series_instance_uid=f"2.25.{number}"))
    found = segment(stations)
    assert [warning.code for warning in found.warnings] == ["moved"]
    assert found.shifts_mm[stations[1].key][2] == pytest.approx(14.0, abs=1.0)
    numbers = {int(n) for entry in found.label_maps.values() for n in np.unique(entry.instances) if n}
    assert numbers == set(range(1, 24)), "C2, cut, to L5"


def test_a_reference_that_lies_elsewhere_than_two_others_gives_way(study):
    t1, t2 = study.volumes["t1"], study.volumes["t2"]
    stir = replace(t1, role="stir", series_instance_uid="2.25.9")
    displaced = replace(t2, geometry=t2.geometry.moved(np.array([0.0, 0.0, 30.0])))
    found = segment([t1, displaced, stir])
    assert found.reference == t1.key
    assert [(warning.code, warning.text.split()[0]) for warning in found.warnings] == [("displaced", "T2")]
    assert not found.label_maps[displaced.key].instances.any()
    assert found.label_maps[stir.key].instances.any()
