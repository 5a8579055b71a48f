from dataclasses import replace

import numpy as np
import pytest

from tests.imaging.box_spine import BoxSpine, segmentation
from vcfimg.geometry import Geometry
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.reading.combine import ALONE_MM
from vcfimg.imaging.reading.quality import as_array
from vcfimg.imaging.segmentation import LabelMap, Segmentation, SegmenterInfo
from vcfimg.loaders.volume import Volume
from vcfimg.policy.load import load_policy
from vcfimg.series_id import SeriesId

POLICY = load_policy()
FOUR = {"anterior_mm": (24.0, 25.0, 18.0, 26.0), "posterior_mm": (25.0, 25.0, 25.0, 25.0)}
T1 = BoxSpine(role="t1", key="1.1", marrow=200, disc=60, csf=30, noise=3.0, **FOUR)
T2 = BoxSpine(role="t2", key="1.2", noise=3.0, **FOUR)
STIR = BoxSpine(role="stir", key="1.3", marrow=30, disc=160, noise=3.0, bright=2, bright_signal=150, **FOUR)


def study(*spines: BoxSpine, shifts: dict[str, tuple[float, float, float]] | None = None) -> RawSpine:
    built = [s.build() for s in spines]
    maps = {v.key: labels for v, labels in built}
    seg = Segmentation(built[0][0].key, maps, SegmenterInfo(name="blocks", version="1"), shifts_mm=shifts or {})
    return measure_all([v for v, _ in built], seg)


def measure_all(volumes: list[Volume], seg: Segmentation) -> RawSpine:
    from vcfimg.imaging.measure import measure

    return measure(volumes, seg, POLICY, level_text=("LSPINE",))


@pytest.fixture(scope="module")
def raw() -> RawSpine:
    return study(T1, T2, STIR)


def test_every_vertebra_is_listed_from_the_head(raw: RawSpine) -> None:
    assert [(v.id, v.order) for v in raw.vertebrae] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    z = [v.center_mm[2] for v in raw.vertebrae]
    assert z == sorted(z, reverse=True)


def test_heights_are_true_on_every_contrast(raw: RawSpine) -> None:
    for vertebra in raw.vertebrae:
        truth = T1.truth(vertebra.id - 1)
        assert as_array(vertebra.height_mm) == pytest.approx(truth, abs=0.4)
        for reading in vertebra.by_series:
            assert as_array(reading.height_mm) == pytest.approx(truth, abs=0.6), reading.role


def test_points_are_as_far_apart_as_the_heights(raw: RawSpine) -> None:
    vertebra = raw.vertebrae[2]
    assert vertebra.points_mm is not None
    for name in ("anterior", "middle", "posterior"):
        ends = [np.array(getattr(vertebra.points_mm, f"{name}_{side}")) for side in ("superior", "inferior")]
        assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(getattr(vertebra.height_mm, name), abs=0.05)
        assert ends[0][2] > ends[1][2]


def test_anterior_points_lie_in_front(raw: RawSpine) -> None:
    points = raw.vertebrae[1].points_mm
    assert points is not None
    assert points.anterior_superior[1] < points.middle_superior[1] < points.posterior_superior[1]
    assert raw.vertebrae[1].axis_anterior[1] == pytest.approx(-1, abs=0.05)
    assert raw.vertebrae[1].axis_left[0] == pytest.approx(1, abs=0.05)
    assert raw.vertebrae[1].axis_superior[2] == pytest.approx(1, abs=0.05)


def test_errors_are_given_and_hold(raw: RawSpine) -> None:
    for vertebra in raw.vertebrae:
        error = as_array(vertebra.height_error_mm)
        assert (error > 0.1).all()
        assert (error < 2.0).all()
        assert (np.abs(as_array(vertebra.height_mm) - T1.truth(vertebra.id - 1)) <= error).all()


def test_edematous_body_is_bright_on_stir(raw: RawSpine) -> None:
    medians = {v.id: s.quantiles[50] for v in raw.vertebrae for s in v.signals if s.role == "stir"}
    assert medians[3] > 3 * max(medians[1], medians[2], medians[4])


def test_slices_and_series_are_named(raw: RawSpine) -> None:
    vertebra = raw.vertebrae[1]
    assert vertebra.measured_on in {r.series_id for r in vertebra.by_series}
    assert {r.series_instance_uid for r in vertebra.by_series} == {"1.1", "1.2", "1.3"}
    assert all(uid.startswith("1.1.") for uid in vertebra.by_series[0].sop_instance_uids)
    assert raw.level_text == ("LSPINE",)
    assert raw.reference_series == SeriesId(series_instance_uid="1.1")


def test_trustworthy_vertebra_has_no_reason(raw: RawSpine) -> None:
    assert [v.reasons for v in raw.vertebrae] == [()] * 4
    assert not any(v.on_border for v in raw.vertebrae)


def test_series_that_moved_is_brought_back() -> None:
    plain, moved = study(T2), study(T1, T2, shifts={"1.2": (0.0, 5.0, -3.0)})
    only = moved.vertebrae[1]
    where = {r.series_instance_uid: r.points_mm for r in only.by_series}
    assert where["1.2"] is not None
    assert plain.vertebrae[1].points_mm is not None
    own = np.array(where["1.2"].middle_superior)
    assert own == pytest.approx(np.array(plain.vertebrae[1].points_mm.middle_superior), abs=0.3)
    if only.measured_on == SeriesId(series_instance_uid="1.2"):
        assert np.array(only.points_mm.middle_superior) == pytest.approx(own + np.array([0, 5, -3]), abs=0.3)


def test_tilted_body_is_measured_in_its_own_plane() -> None:
    leaning = study(BoxSpine(lateral_deg=12.0, slices=9, **FOUR))
    truth = T1.truth(1)
    assert as_array(leaning.vertebrae[1].height_mm) == pytest.approx(truth, abs=0.5)


@pytest.mark.parametrize("padded", [0, 12])
@pytest.mark.parametrize("short_px", [0, 1, 2])
def test_body_cut_by_the_image_is_on_the_border(short_px: int, padded: int) -> None:
    """Also where the scanner padded the image with black rows."""
    volume, labels = T2.build()
    rows = np.flatnonzero((labels.instances == 1).any(axis=(0, 2)))
    top = int(rows[8])
    geometry = volume.geometry.padded(rows=(padded - top, 0))
    black = ((0, 0), (padded, 0), (0, 0))
    cut = Volume(np.pad(volume.array[:, top:], black), geometry, "1.2", "t2", "1.2.3", volume.sop_instance_uids)
    instances = labels.instances[:, top:].copy()
    instances[:, :short_px] = 0
    marks = LabelMap(np.pad(labels.semantic[:, top:], black), np.pad(instances, black), geometry)
    found = measure_all([cut], segmentation(("1.2", marks))).vertebrae
    assert found[0].on_border
    assert "border" in found[0].reasons
    assert not found[1].on_border


def test_splinter_is_listed_without_a_number() -> None:
    volume, labels = T2.build()
    instances = labels.instances.copy()
    instances[2, -9:-4, 20:25] = 5
    found = measure_all([volume], segmentation(("1.2", replace(labels, instances=instances)))).vertebrae[4]
    assert found.height_mm.middle is None
    assert found.reasons == ("too_small",)


def test_signal_void_is_hardware() -> None:
    metal = BoxSpine(bright=1, bright_signal=2.0, plate=2.0, noise=1.0, **FOUR)
    found = study(metal).vertebrae
    assert "hardware" in found[1].reasons
    assert "hardware" not in found[2].reasons


def test_invisible_edges_are_uncertain() -> None:
    grey = BoxSpine(marrow=50, disc=50, plate=50, around=50, csf=50, noise=4.0, **FOUR)
    # the error of having one series alone is in both and says nothing of the edges
    blind, clear = (
        np.sqrt(np.square(as_array(study(spine).vertebrae[1].height_error_mm)) - (1.96 * ALONE_MM) ** 2)
        for spine in (grey, T2)
    )
    assert blind.mean() > 1.5 * clear.mean()


@pytest.mark.parametrize(("lower_mm", "contradicted"), [(1.5, False), (6.0, True)])
def test_contrasts_may_differ_by_what_each_is_worth_alone(lower_mm: float, contradicted: bool) -> None:
    other = replace(T2, anterior_mm=(*T2.anterior_mm[:3], T2.anterior_mm[3] - lower_mm))
    found = study(T1, other).vertebrae
    assert [("contrasts_disagree" in v.reasons) for v in found] == [False, False, False, contradicted]


def test_coronal_stack_is_seen_but_not_measured() -> None:
    volume, labels = T2.build()
    geometry = Geometry(volume.shape, volume.affine[[1, 0, 2, 3]])
    turned = Volume(volume.array, geometry, "1.2", "t2", "1.2.3", volume.sop_instance_uids)
    assert measure_all([turned], segmentation(("1.2", replace(labels, geometry=geometry)))).vertebrae == ()


def test_series_without_labels_is_left_out() -> None:
    volume, labels = T2.build()
    other, _ = T1.build()
    raw = measure_all([volume, other], segmentation(("1.2", labels)))
    assert {s.series_instance_uid for s in raw.series} == {"1.2"}


@pytest.mark.parametrize(("first", "end", "partly"), [(0, 2, True), (1, 5, False)])
def test_labels_that_end_within_a_body_show_its_rim(first: int, end: int, partly: bool) -> None:
    """The stack goes on, the labels do not."""
    volume, labels = BoxSpine(role="t2", key="1.2", noise=3.0, slices=7, **FOUR).build()
    within = np.zeros(labels.instances.shape, bool)
    within[1 + first : 1 + end] = True
    cut = replace(labels, semantic=labels.semantic * within, instances=labels.instances * within)
    found = measure_all([volume], segmentation((volume.key, cut)))
    assert ["partly_seen" in v.reasons for v in found.vertebrae] == [partly] * 4


def test_the_rim_that_one_series_shows_does_not_count_for_the_height() -> None:
    """The T2 has two slices from one side; the T1 shows all of every body."""
    whole, labels = replace(T1, slices=7).build()
    short, own = replace(T2, slices=7).build()
    geometry = short.geometry.padded(slices=(0, -5))
    part = replace(short, array=short.array[:2], geometry=geometry)
    rim = replace(own, semantic=own.semantic[:2], instances=own.instances[:2], geometry=geometry, body_probability=None)
    found = measure_all([part, whole], segmentation((part.key, rim), (whole.key, labels)))
    for vertebra in found.vertebrae:
        assert "partly_seen" not in vertebra.reasons
        assert vertebra.measured_on is not None
        assert vertebra.measured_on.key == whole.key
        readings = {reading.series_id.key: reading.reasons for reading in vertebra.by_series}
        assert "partly_seen" in readings[part.key]
        assert "partly_seen" not in readings[whole.key]
