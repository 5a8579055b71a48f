"""Atlas, skull base and brain above C2, and none of it labelled."""

import numpy as np
import pytest

from tests.phantom.people import body_of, midplane, person
from vcfimg.imaging.segmentation import Tissue as Label
from vcfimg.phantom.dens import LENGTH_MM
from vcfimg.phantom.paint import paint
from vcfimg.phantom.tissue import T

MARROW = {T.MARROW, T.POSTERIOR_MARROW, T.FATTY_MARROW}


@pytest.fixture(scope="module")
def neck():
    """Midline slice about C2 with, for every pixel, mm behind its centre and above the tip of its dens."""
    axis = body_of(person("healthy"), "C2")
    points, at = midplane(axis, pitch=1.0, reach=90.0)
    tip = axis.top[1] + LENGTH_MM
    return paint(person("healthy"), points), at[None, :], -at[:, None] - tip


def share(mask, where):
    return float(mask[np.broadcast_to(where, mask.shape)].mean())


def test_brain_and_brain_stem_fill_the_skull(neck):
    painted, y, z = neck
    inside = (z > 25) & (z < 40) & (y > 30) & (y < 55)
    assert share(np.isin(painted.tissue, (T.GREY_MATTER, T.WHITE_MATTER)), inside) > 0.9


def test_the_cord_passes_the_foramen_magnum(neck):
    painted, y, z = neck
    column = (np.abs(y - 16) < 3) & (z > -10) & (z < 12)
    assert share(np.isin(painted.tissue, (T.CORD, T.WHITE_MATTER, T.CSF)), column) > 0.95


def test_the_atlas_lies_before_the_dens_and_behind_the_canal(neck):
    painted, y, z = neck
    marrow = np.isin(painted.tissue, list(MARROW)) & (painted.label == Label.BACKGROUND)
    level = np.abs(z + 8) < 8
    assert (marrow & level & (y < -6) & (y > -18)).any()
    assert (marrow & level & (y > 20) & (y < 36)).any()


def test_marrow_of_the_skull_base_is_not_labelled(neck):
    painted, _, z = neck
    above = np.broadcast_to(z > 12, painted.label.shape)
    assert np.isin(painted.tissue[above], list(MARROW)).sum() > 150
    assert not painted.label[above].any()
    assert not painted.instance[above].any()
