import numpy as np
import pytest
from scipy.ndimage import find_objects

from tests.imaging.box_spine import BoxSpine, segmentation
from vcfimg.imaging.body_axes import Grid, find_bodies
from vcfimg.imaging.measure import measure
from vcfimg.imaging.reading.sections import cut_sections
from vcfimg.imaging.reading.wall import bulge, fit_walls
from vcfimg.policy.load import load_policy


def test_straight_wall_is_found_to_a_fraction_of_a_pixel() -> None:
    spine = BoxSpine()
    volume, labels = spine.build()
    grid = Grid(volume.geometry)
    bodies = find_bodies(labels, grid, find_objects(labels.instances))
    sections = cut_sections(volume.array, labels, [bodies[2]], grid)
    walls = fit_walls(sections, 0.0, flank_offset_mm=0.4)
    front = np.median([s.front[len(s.front) // 2] for s in sections])
    assert np.median(walls) - front == pytest.approx(spine.depth_mm, abs=0.7)
    assert np.ptp(walls) < 0.4


@pytest.mark.parametrize("mm", [-3.0, 4.0])
def test_bulge_and_hollow_have_their_sign(mm: float) -> None:
    volume, labels = BoxSpine(bulge_mm=mm).build()
    wall = measure([volume], segmentation((volume.key, labels)), load_policy()).vertebrae[1].wall
    assert wall is not None
    assert wall.bulge_mm == pytest.approx(mm, abs=0.7)


def test_wall_runs_from_the_superior_to_the_inferior_corner() -> None:
    volume, labels = BoxSpine(lean_deg=10.0).build()
    vertebra = measure([volume], segmentation((volume.key, labels)), load_policy()).vertebrae[1]
    assert vertebra.wall is not None
    assert vertebra.points_mm is not None
    z = [p[2] for p in vertebra.wall.points_mm]
    assert z == sorted(z, reverse=True)
    assert z[0] == pytest.approx(vertebra.points_mm.posterior_superior[2], abs=1.0)


def test_bulge_is_measured_from_the_line_of_the_ends() -> None:
    v = np.linspace(0, 20, 11)
    leaning = np.stack([0.5 * v, v], axis=1)
    assert bulge(leaning) == pytest.approx(0.0, abs=1e-9)
    leaning[5, 0] += 3.0
    assert bulge(leaning) == pytest.approx(3.0 * np.cos(np.arctan(0.5)), abs=1e-6)
