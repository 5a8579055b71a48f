"""The lumbar template is read from people whose bodies have known heights."""

import numpy as np
import pytest

from pipelines.training.columns import Column, spider_columns
from pipelines.training.normal_shape import CADAVERS, Ratio, person_heights, published_heights, ratios, template
from tests.real_data import DATA
from vcfimg.imaging.raw import POSITIONS
from vcfimg.phantom.normal import LUMBAR
from vcfimg.policy import load_policy

POLICY = load_policy().measurement
SPIDER = DATA / "spider_t2space"


def person(size: float = 1.0, **departs: float):
    """Published heights times ``size``, some levels times what they depart by."""
    return {
        level: {x: h * size * departs.get(level, 1.0) for x, h in published_heights(level, POLICY).items()}
        for level in LUMBAR
    }


def column(heights: list[int], top: int = 10) -> Column:
    """Boxes 40 pixels deep from the head to the feet."""
    instances = np.zeros((400, 120), np.uint8)
    for k, height in enumerate(heights):
        instances[top : top + height, 40:80] = k + 1
        top += height + 10
    places = {k + 1: len(heights) - 1 - k for k in range(len(heights))}
    return Column(np.zeros_like(instances), instances, places)


def test_the_published_heights_are_the_numbers_of_the_policy() -> None:
    l5 = published_heights("L5", POLICY)
    assert l5["posterior"] == 22.9
    assert l5["anterior"] == pytest.approx(22.9 + 34.8 * np.tan(np.deg2rad(6.2)))
    assert l5["middle"] == pytest.approx(0.95 * (l5["anterior"] + l5["posterior"]) / 2)


def test_heights_are_those_of_whole_bodies_seen_in_several_slices() -> None:
    found = person_heights([column([20, 24, 25, 26, 27, 28])] * 3)
    assert sorted(found) == list(LUMBAR)
    for level, height in zip(LUMBAR, (24, 25, 26, 27, 28), strict=True):
        assert [found[level][x] for x in POSITIONS] == pytest.approx([height] * 3, abs=0.6)
    assert person_heights([column([24, 25, 26, 27, 28])] * 2) == {}
    assert "L1" not in person_heights([column([24, 25, 26, 27, 28], top=2)] * 3)


@pytest.mark.parametrize("x", POSITIONS)
def test_people_of_the_published_shape_depart_nowhere(x) -> None:
    found = ratios([person(size) for size in (0.8, 1.0, 1.3)], POLICY, x)
    assert [r.value for r in found.values()] == pytest.approx([1.0] * 5)
    assert [r.error for r in found.values()] == pytest.approx([0.0] * 5)
    assert found["L5"].people == 3


def test_the_size_of_a_person_and_one_odd_body_do_not_matter() -> None:
    people = [person(size, L5=0.9) for size in (0.8, 1.0, 1.3)] + [person(1.1, L5=0.4)]
    found = ratios(people, POLICY, "posterior")
    assert found["L5"].value == pytest.approx(0.9)
    assert found["L4"].value == pytest.approx(1.0)


def test_everything_is_relative_to_l1() -> None:
    found = ratios([person(L1=1.1)] * 5, POLICY, "anterior")
    assert [r.value for r in found.values()] == pytest.approx([1.0, *[1 / 1.1] * 4])


def test_a_person_whose_size_is_not_known_is_left_out() -> None:
    incomplete = person(L5=0.5)
    del incomplete["L2"]
    found = ratios([person(), person(), incomplete], POLICY, "anterior")
    assert (found["L5"].value, found["L5"].people) == (pytest.approx(1.0), 2)


def test_cadavers_and_patients_count_each_once() -> None:
    assert Ratio(0.9, 0.01, CADAVERS).pooled == pytest.approx(0.95)
    assert Ratio(0.9, 0.01, 3 * CADAVERS).pooled == pytest.approx(0.925)


def test_the_template_pools_corners_and_takes_the_concavity_of_the_patients() -> None:
    people = [person(L5=0.9) for _ in range(CADAVERS)]
    for one in people:
        one["L3"]["middle"] *= 0.9
    found = template(people, POLICY)
    published = {level: published_heights(level, POLICY) for level in LUMBAR}
    assert found["L1"] == pytest.approx(published["L1"])
    assert found["L5"] == pytest.approx({x: 0.95 * h for x, h in published["L5"].items()})
    assert found["L3"]["middle"] == pytest.approx(0.9 * published["L3"]["middle"])
    assert found["L3"]["anterior"] == pytest.approx(published["L3"]["anterior"])


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.skipif(not SPIDER.is_dir(), reason="the SPIDER slices are not here")
def test_the_shipped_template_is_what_cadavers_and_patients_give() -> None:
    found = template([person_heights(columns) for columns in spider_columns(SPIDER).values()], POLICY)
    for level, heights in found.items():
        for x, height in heights.items():
            assert POLICY.template_mm(x, level) == pytest.approx(height, abs=0.06), (level, x)
