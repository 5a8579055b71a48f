"""What is asked of the shape of the column, and how it is shown to the network."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import find_objects

from tests.imaging.box_spine import BoxSpine
from vcfimg.geometry import Geometry
from vcfimg.imaging.body_axes import Grid, find_bodies
from vcfimg.imaging.landmarks import level_shape
from vcfimg.imaging.landmarks.level_fit import LEVELS, column_fit
from vcfimg.imaging.landmarks.level_shape import OUTSIDE, SIZE, channels, shape_log_likelihood
from vcfimg.imaging.segmentation import LabelMap, Tissue
from vcfimg.level_names import STANDARD_LEVELS
from vcfimg.phantom.paint import paint
from vcfimg.phantom.person import Person, make_person
from vcfimg.phantom.spec import SpineSpec

FIVE = BoxSpine(anterior_mm=(25.0,) * 5, posterior_mm=(25.0,) * 5)
CANONICAL = np.array([[0, 0, 4.0, 0], [1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
Views = list[NDArray[np.float32]]


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> Views:
    """What the network was shown; it says that everything is equally likely."""
    seen: Views = []

    def predict(shown: NDArray[np.float32]) -> NDArray[np.float32]:
        seen.append(shown)
        return np.full((len(shown), len(LEVELS)), -np.log(len(LEVELS)), np.float32)

    monkeypatch.setattr(level_shape, "_predict", predict)
    return seen


def ask(labels: LabelMap, last_row: int | None = None) -> dict[int, tuple[float, ...]]:
    """What is said of the labels, of an image that ends at ``last_row`` and is padded below it."""
    grid = Grid(labels.geometry)
    _, rows, columns = labels.instances.shape
    field = (slice(0, rows if last_row is None else last_row), slice(0, columns))
    bodies = find_bodies(labels, grid, find_objects(labels.instances), field)
    return shape_log_likelihood(labels, grid, bodies, field)


def test_codes_become_channels() -> None:
    codes = np.array([[0, 1, 2], [3, 4, OUTSIDE]], np.uint8)
    assert channels(codes).sum((1, 2)).tolist() == [1, 1, 1, 1, 5]


def test_every_body_is_shown_in_the_middle_of_its_own_views(views: Views) -> None:
    _, labels = FIVE.build()
    said = ask(labels)
    assert sorted(said) == [1, 2, 3, 4, 5]
    (shown,) = views
    assert shown.shape[1:] == (5, SIZE, SIZE)
    middle = shown[:, 0, SIZE // 2 - 4 : SIZE // 2 + 4, SIZE // 2 - 4 : SIZE // 2 + 4]
    assert middle.all()


def test_nothing_is_shown_below_the_end_of_the_image(views: Views) -> None:
    _, labels = FIVE.build()
    inside = int(np.flatnonzero((labels.instances == 5).any(axis=(0, 2)))[8])
    said = ask(labels, last_row=inside)
    assert sorted(said) == [1, 2, 3, 4]  # the fifth is cut
    (shown,) = views
    last = shown[-1]
    seen = np.flatnonzero(last[4].any(axis=1))
    assert 0.6 * SIZE < seen[-1] < SIZE - 5
    assert not last[:4, seen[-1] + 1 :].any()
    assert last[0, seen[-1]].any()  # of the fifth what there is


def test_the_sacrum_is_not_shown(views: Views) -> None:
    _, labels = FIVE.build()
    semantic, instances = labels.semantic.copy(), labels.instances.copy()
    lowest = instances == 5
    instances[lowest] = 0
    semantic[lowest] = Tissue.SACRUM
    ask(LabelMap(semantic, instances, labels.geometry))
    erased = views.pop()
    semantic[lowest] = Tissue.BACKGROUND
    ask(LabelMap(semantic, instances, labels.geometry))
    assert np.array_equal(erased, views[0])


def test_the_views_do_not_depend_on_how_the_slices_are_stored(views: Views) -> None:
    _, labels = FIVE.build()
    ask(labels)
    semantic, turned = labels.geometry.rearranged(labels.semantic, (0, 1, 2), (False, True, False))
    ask(LabelMap(semantic, labels.instances[:, ::-1], turned))
    one, other = views
    assert np.mean(one != other) < 0.02


def test_too_few_whole_bodies_say_nothing(views: Views) -> None:
    two = BoxSpine(anterior_mm=(25.0,) * 2, posterior_mm=(25.0,) * 2)
    assert ask(two.build()[1]) == {}
    assert views == []


@pytest.fixture(scope="module")
def person() -> Person:
    return make_person(SpineSpec(seed=77))


@pytest.fixture(scope="module")
def painted(person: Person) -> LabelMap:
    """The midline of a synthetic person from T10 to the sacrum, canonical 1 mm pixels."""
    by_level = {b.level: b for b in person.spine.bodies}
    centre = by_level["L2"].center
    rows, columns, slices = 330, 200, 5
    affine = CANONICAL.copy()
    affine[:3, 3] = centre + np.array([-8.0, -columns / 2, rows / 2])
    r, c = np.mgrid[0:rows, 0:columns]
    semantic, instances = [], []
    for k in range(slices):
        points = affine[:3, 3] + k * affine[:3, 2] + c[..., None] * affine[:3, 0] + r[..., None] * affine[:3, 1]
        layer = paint(person, points)
        semantic.append(layer.label)
        instances.append(np.where(layer.label == Tissue.BODY, layer.instance, 0))
    found = np.stack(instances).astype(np.uint16)
    touching = np.unique(found[:, :2])
    found[np.isin(found, touching[touching > 0])] = 0
    numbers = np.unique(found[found > 0])
    found = np.searchsorted(numbers, found).astype(np.uint16) + 1
    found[np.isin(np.stack(instances), touching) | (np.stack(instances) == 0)] = 0
    labels = np.stack(semantic).astype(np.uint8)
    labels[(labels == Tissue.BODY) & (found == 0)] = 0
    return LabelMap(labels, found, Geometry.of(labels, affine))


def test_the_names_of_a_synthetic_spine_fit_its_shape(painted: LabelMap) -> None:
    said = ask(painted)
    assert all(np.exp(likely).sum() < 1.2 for likely in said.values())
    last = STANDARD_LEVELS.index("L5") - max(said)

    def fit(shift: int) -> float:
        return column_fit(said, {i: STANDARD_LEVELS[last + i + shift] for i in said})

    assert fit(0) > 3 + max(fit(-1), fit(1))
