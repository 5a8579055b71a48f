"""Every tissue lies where anatomy puts it, and labels follow tissues."""

from dataclasses import replace

import numpy as np
import pytest

from tests.phantom.people import FRACTURED, HEALTHY, body_of, midplane, person
from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom import Edema, Lesion
from vcfimg.phantom.paint import paint
from vcfimg.phantom.person import make_person
from vcfimg.phantom.tissue import T


def sagittal(who, x_mm=0.0, *, around="L3", rows=200, columns=200, pitch=1.2):
    """A plain sagittal plane through a body, ``x_mm`` to its left."""
    points = np.zeros((rows, columns, 3)) + body_of(who, around).center + [x_mm, 0, 0]
    points[..., 1] += (np.arange(columns) - columns / 2) * pitch
    points[..., 2] -= ((np.arange(rows) - rows / 2) * pitch)[:, None]
    return points


@pytest.fixture(scope="module")
def lumbar():
    return paint(person("healthy"), sagittal(person("healthy")))


def share(painted, tissue):
    return float((painted.tissue == tissue).mean())


def test_maps_have_the_shape_of_the_points(lumbar):
    assert lumbar.tissue.shape == lumbar.label.shape == lumbar.instance.shape == (200, 200)


def test_labels_are_the_integers_of_the_segmentation(lumbar):
    assert set(np.unique(lumbar.label)) <= {int(x) for x in Label}
    assert {int(Label.BODY), int(Label.DISC), int(Label.CANAL), int(Label.SACRUM), int(Label.POSTERIOR)} <= set(
        np.unique(lumbar.label)
    )


def test_instances_cover_the_bodies_and_nothing_else(lumbar):
    assert ((lumbar.instance > 0) == (lumbar.label == Label.BODY)).all()


def test_instances_are_numbered_from_head_to_foot(lumbar):
    numbers = [n for n in np.unique(lumbar.instance) if n]
    rows = [np.argwhere(lumbar.instance == n)[:, 0].mean() for n in numbers]
    assert rows == sorted(rows)
    levels = [b.level for b in person("healthy").spine.bodies]
    assert {"L1", "L2", "L3", "L4", "L5"} <= {levels[n - 1] for n in numbers}


def test_a_midline_slice_shows_what_lies_around_the_spine(lumbar):
    for tissue in (T.AIR, T.SKIN, T.FAT, T.CSF, T.ROOT, T.MARROW, T.SACRAL_MARROW, T.CORTEX, T.NUCLEUS, T.ANNULUS):
        assert share(lumbar, tissue) > 0, tissue
    for tissue in (T.LIGAMENT, T.MUSCLE, T.BOWEL_CONTENT, T.BOWEL_WALL, T.EPIDURAL_FAT, T.BASIVERTEBRAL):
        assert share(lumbar, tissue) > 0, tissue


def test_the_canal_lies_behind_the_bodies(lumbar):
    for row in range(60, 140, 10):
        body, canal = (np.flatnonzero(lumbar.label[row] == x) for x in (Label.BODY, Label.CANAL))
        if len(body) and len(canal):
            assert body.max() < canal.min() + 3


def test_off_the_midline_pedicles_join_the_body_and_foramina_open():
    who = person("healthy")
    beside = paint(who, sagittal(who, 15.0))
    assert (beside.label == Label.CANAL).sum() < 0.2 * (paint(who, sagittal(who)).label == Label.CANAL).sum()
    posterior, body = beside.label == Label.POSTERIOR, beside.label == Label.BODY
    touching = np.zeros_like(body)
    touching[:, :-1] = body[:, :-1] & posterior[:, 1:]
    assert touching.any(1).sum() > 15
    assert share(beside, T.EPIDURAL_FAT) > 0
    assert share(beside, T.ROOT) > 0


def test_psoas_runs_beside_the_lumbar_spine():
    who = person("healthy")
    assert share(paint(who, sagittal(who, 38.0)), T.MUSCLE) > 0.15


def test_psoas_begins_slender_and_leaves_the_spine_downwards():
    who = person("healthy")
    breadth, aside = [], []
    for level in ("L1", "L3", "L5"):
        body = body_of(who, level)
        points = np.zeros((90, 90, 3)) + body.center  # an axial plane, to the left and to the back
        points[..., 0] += np.arange(90)[:, None]
        points[..., 1] += (np.arange(90) - 60)[None, :]
        muscle = paint(who, points).tissue[:, 20:56] == T.MUSCLE  # in front of the posterior wall
        rows = np.flatnonzero(muscle.sum(axis=1) >= 3)
        breadth.append(muscle.sum())
        aside.append(rows.mean() - body.width / 2)
    assert breadth[0] < breadth[1] < breadth[2]
    assert aside[0] < aside[1] < aside[2]


def test_fat_parts_the_psoas_from_the_muscles_behind_it():
    who = person("healthy")
    painted = paint(who, sagittal(who, 40.0, pitch=0.6))
    middle = painted.tissue[90:110] == T.MUSCLE
    for row in middle:
        runs = np.flatnonzero(np.diff(row.astype(int), prepend=0) == 1)
        assert len(runs) >= 2


def test_great_vessels_run_before_the_spine():
    who = person("healthy")
    seen = {
        int(t) for x in (-18, -9, 0, 9, 18) for t in np.unique(paint(who, sagittal(who, float(x), pitch=2.0)).tissue)
    }
    assert T.SLOW_VESSEL in seen


def test_the_cord_ends_at_the_conus():
    who = person("healthy")
    thoracic, lumbar = (paint(who, sagittal(who, around=x, rows=60, columns=120)) for x in ("T9", "L4"))
    assert share(thoracic, T.CORD) > 0.02
    assert share(lumbar, T.CORD) == 0


def test_chest_and_head_come_into_view():
    who = person("healthy")
    chest = paint(who, sagittal(who, around="T7"))
    assert share(chest, T.LUNG) + share(chest, T.HEART) > 0.1
    head = paint(who, sagittal(who, around="C2"))
    assert share(head, T.GREY_MATTER) + share(head, T.WHITE_MATTER) > 0.05
    assert share(head, T.GAS) > 0
    dens = (head.label == Label.BODY) & (head.instance == 1)
    assert dens.any()


@pytest.mark.parametrize(("wear", "present"), [(0.0, T.NUCLEUS), (0.6, T.DEGENERATE_DISC), (1.0, T.VACUUM)])
def test_discs_degenerate(wear, present):
    worn = make_person(replace(HEALTHY, disc_degeneration=dict.fromkeys(("L1", "L2", "L3", "L4", "L5"), wear)))
    painted = paint(worn, sagittal(worn, rows=50, columns=100))
    assert (painted.tissue[painted.label == Label.DISC] == present).any()
    if wear == 1.0:
        assert not (painted.tissue == T.NUCLEUS).any()


@pytest.mark.parametrize(
    ("changes", "tissue"),
    [
        ({"edema": {"L3": Edema("diffuse", 0.8)}}, T.EDEMA),
        ({"lesions": {"L3": (Lesion((0, 0, 0), 8),)}}, T.LESION),
        ({"lesions": {"L3": (Lesion((0, 0, 0), 8, "sclerotic"),)}}, T.SCLEROSIS),
        ({"lesions": {"L3": (Lesion((0, 0, 0), 8, "fatty"),)}}, T.FATTY_MARROW),
        ({"modic": {"L3": 1}}, T.EDEMA),
        ({"modic": {"L3": 2}}, T.MODIC_FATTY),
        ({"diffuse_marrow": True}, T.LESION),
    ],
)
def test_pathology_is_painted_in_its_body(changes, tissue):
    who = make_person(replace(HEALTHY, **changes))
    number = [b.level for b in who.spine.bodies].index("L3") + 1
    painted = paint(who, midplane(body_of(who, "L3"), pitch=1.0)[0])
    assert (painted.tissue[painted.instance == number] == tissue).mean() > 0.02


def test_cement_lies_on_both_sides():
    who = make_person(replace(HEALTHY, cement=frozenset({"L3"})))
    body = body_of(who, "L3")
    for side in (-0.35, 0.35):
        painted = paint(who, sagittal(who, side * body.width / 2, rows=60, columns=60))
        assert (painted.tissue == T.CEMENT).sum() > 20


def test_a_pit_dents_the_endplate_but_not_the_truth():
    pitted = make_person(replace(HEALTHY, schmorl={"L3": ((0.0, 0.0, 5.0),)}))
    for who, depth in ((person("healthy"), 0.0), (pitted, 5.0)):
        body = body_of(who, "L3")
        z = body.plate(np.zeros(1, np.float32), np.zeros(1, np.float32), top=True)
        assert float(z[0]) == pytest.approx(body.top[1] - depth, abs=0.5)
    assert body_of(pitted, "L3").heights == body_of(person("healthy"), "L3").heights


def test_osteophytes_reach_forward():
    spurred = make_person(replace(HEALTHY, osteophytes={"L3": 8.0}))
    extents = []
    for who in (person("healthy"), spurred):
        body = body_of(who, "L3")
        painted = paint(who, midplane(body)[0])
        number = [b.level for b in who.spine.bodies].index("L3") + 1
        extents.append(np.argwhere(painted.instance == number)[:, 1].min())
    assert (extents[0] - extents[1]) * 0.5 == pytest.approx(8.0, abs=2.5)


def test_retropulsion_narrows_the_canal():
    pushed = make_person(FRACTURED)
    flat = make_person(replace(FRACTURED, fractures={}))
    canals = [paint(w, midplane(body_of(w, "T12"))[0]).label == Label.CANAL for w in (pushed, flat)]
    narrowest = [int(canal[60:77].sum(1).min()) * 0.5 for canal in canals]
    assert narrowest[0] < narrowest[1] - 1.5


def test_belly_and_back_fat_set_the_outline():
    def air(**changes):
        who = make_person(replace(HEALTHY, **changes))
        row = paint(who, sagittal(who, columns=320)).tissue[100]
        return int((row[:160] == T.AIR).sum()), int((row[160:] == T.AIR).sum())

    slim, stout = air(belly_mm=80.0, back_fat_mm=5.0), air(belly_mm=140.0, back_fat_mm=40.0)
    assert slim[0] > stout[0] + 30
    assert slim[1] > stout[1] + 15


def test_painting_is_the_same_every_time():
    one, two = (paint(make_person(FRACTURED), sagittal(person("fractured"), rows=60, columns=60)) for _ in range(2))
    assert one.tissue.tobytes() == two.tissue.tobytes()
    assert one.label.tobytes() == two.label.tobytes()
