"""A study holds images, labels and truth that belong together."""

import numpy as np
import pytest

from tests.phantom.people import FRACTURED, HEALTHY
from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom import SpineSpec, make_study
from vcfimg.phantom.acquisition import Acquisition

SMALL = {"slices": 3, "size": (150, 110), "pixel_mm": 2.0, "gap_mm": 5.0}
CLEAN = Acquisition(noise=0.0, shading=0.0, texture=0.0, chemical_shift_mm=0.0)


@pytest.fixture(scope="module")
def study():
    return make_study(FRACTURED, acquisition=CLEAN, **SMALL)


def test_volumes_and_labels_share_one_grid(study):
    assert set(study.volumes) == {"t1", "t2", "stir"}
    for volume in study.volumes.values():
        assert volume.shape == study.semantic.shape == study.instances.shape == (3, 150, 110)
        assert np.allclose(volume.affine, study.affine)
        assert np.allclose(volume.spacing, [2.0, 2.0, 5.0])


def test_series_have_their_own_uid_in_one_frame(study):
    assert len({v.series_instance_uid for v in study.volumes.values()}) == 3
    assert len({v.frame_of_reference_uid for v in study.volumes.values()}) == 1


def test_each_body_has_its_level_once(study):
    levels = [v.level for v in study.truth.vertebrae]
    assert len(set(levels)) == len(levels)
    assert {"T12", "L1", "L2", "L3", "L4", "L5"} <= set(levels)
    assert study.truth.sacrum_in_view


def test_the_labels_lie_where_the_truth_says(study):
    volume = study.volumes["t2"]
    for vertebra in study.truth.vertebrae:
        if vertebra.in_view:
            column, row, k = np.round(volume.to_index(np.array(vertebra.center_mm))).astype(int)
            assert study.semantic[k, row, column] == Label.BODY, vertebra.level
            assert study.instances[k, row, column] > 0


def test_heights_counted_in_the_label_volume_agree_with_the_truth(study):
    volume = study.volumes["t2"]
    for vertebra in study.truth.vertebrae:
        if not vertebra.in_view:
            continue
        top, bottom = (np.array(getattr(vertebra.points_mm, f"middle_{x}")) for x in ("superior", "inferior"))
        line = np.linspace(top + 0.5 * (top - bottom), bottom + 0.5 * (bottom - top), 400)
        column, row, k = np.round(volume.to_index(line)).astype(int).T
        number = study.instances[k[200], row[200], column[200]]
        counted = (study.instances[k, row, column] == number).mean() * 2 * np.linalg.norm(top - bottom)
        assert counted == pytest.approx(vertebra.height_mm.middle, abs=2.0), vertebra.level


def test_contrasts_are_told_apart_by_their_tissues(study):
    canal, body = study.semantic == Label.CANAL, study.semantic == Label.BODY
    t1, t2 = study.volumes["t1"].array, study.volumes["t2"].array
    assert np.median(t2[canal]) > 1.5 * np.median(t2[body])
    assert np.median(t1[canal]) < np.median(t1[body])


def test_edema_is_bright_on_stir_and_dark_on_t1(study):
    numbers = {}
    for v in study.truth.vertebrae:
        column, row, k = np.round(study.volumes["t2"].to_index(np.array(v.center_mm))).astype(int)
        numbers[v.level] = study.instances[k, row, column]
    sick, well = (study.instances == numbers[x] for x in ("T12", "L3"))
    for role, brighter in (("stir", True), ("t1", False)):
        image = study.volumes[role].array
        assert (np.median(image[sick]) > 1.3 * np.median(image[well])) == brighter


def test_the_same_recipe_gives_the_same_bytes():
    one, two = (make_study(HEALTHY, roles=("t2",), slices=1, size=(60, 50), pixel_mm=3.0) for _ in range(2))
    assert one.volumes["t2"].array.tobytes() == two.volumes["t2"].array.tobytes()
    assert one.semantic.tobytes() == two.semantic.tobytes()
    assert one.truth == two.truth


def test_another_seed_gives_another_person():
    one, two = (make_study(SpineSpec(seed=s), roles=("t2",), slices=1, size=(60, 50), pixel_mm=3.0) for s in (1, 2))
    assert not np.array_equal(one.volumes["t2"].array, two.volumes["t2"].array)


def test_movement_displaces_the_content_but_not_the_header():
    facts = {"roles": ("t2",), "slices": 1, "size": (80, 80), "pixel_mm": 2.0, "acquisition": CLEAN}
    still = make_study(HEALTHY, **facts)
    moved = make_study(HEALTHY, moved_mm={"t2": (0.0, 6.0, -8.0)}, **facts)
    assert np.array_equal(still.affine, moved.affine)
    assert np.array_equal(still.semantic, moved.semantic)
    a, b = still.volumes["t2"].array[0], moved.volumes["t2"].array[0]
    # 6 mm posterior and 8 mm to the feet: three columns right, four rows down
    assert np.corrcoef(a[10:-10, 10:-10].ravel(), b[14:-6, 13:-7].ravel())[0, 1] > 0.97
    assert np.corrcoef(a[10:-10, 10:-10].ravel(), b[10:-10, 10:-10].ravel())[0, 1] < 0.9


@pytest.mark.parametrize("region", ["thoracic", "thoracolumbar", "cervical"])
def test_any_field_of_view_can_be_imaged(region):
    truth = make_study(HEALTHY, region=region, roles=("t2",), slices=1, size=(110, 80), pixel_mm=2.5).truth
    seen = {v.level for v in truth.vertebrae}
    expected = {"thoracic": {"T4", "T8", "T12"}, "thoracolumbar": {"T9", "L2"}, "cervical": {"C2", "C5", "T1"}}
    assert expected[region] <= seen
    assert truth.c2_in_view == (region == "cervical")


def test_the_stack_runs_sagittally_even_when_turned():
    affine = make_study(HEALTHY, roles=("t1",), slices=1, size=(20, 20), pixel_mm=4.0, yaw_deg=10.0).affine
    directions = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    assert directions[1, 0] == pytest.approx(np.cos(np.deg2rad(10)))
    assert directions[2, 1] == -1
    assert np.allclose(directions.T @ directions, np.eye(3), atol=1e-12)


def test_coil_shading_dims_the_front():
    facts = {"roles": ("t1",), "slices": 1, "size": (80, 90), "pixel_mm": 3.0}
    flat = make_study(HEALTHY, acquisition=CLEAN, **facts).volumes["t1"].array[0]
    shaded = make_study(HEALTHY, acquisition=Acquisition(noise=0, texture=0, chemical_shift_mm=0, shading=1.0), **facts)
    ratio = shaded.volumes["t1"].array[0] / np.maximum(flat, 1)
    lit = flat > 50
    assert np.median(ratio[:, :35][lit[:, :35]]) < 0.6 * np.median(ratio[:, 50:60][lit[:, 50:60]])
