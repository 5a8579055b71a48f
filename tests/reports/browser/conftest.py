import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.reports import examples
from tests.reports.browser import chromium
from tests.reports.test_engine_pages import decided
from vcfimg.geometry import Geometry
from vcfimg.loaders.volume import Volume
from vcfimg.reports.pages.study_page import write_study_page
from vcfimg.reports.pictures.figure_store import Pictures
from vcfimg.reports.pictures.stack_pictures import render_stacks


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Browser]:
    """A browser; without one, tests are skipped with the reason, and fail where it is needed."""
    if reason := chromium.missing():
        if os.environ.get(chromium.NEEDED):
            pytest.fail(reason)
        pytest.skip(reason)
    window = chromium.Browser(tmp_path_factory.mktemp("profile"))
    yield window
    window.driver.quit()


@pytest.fixture(scope="session")
def pictures(figures) -> Pictures:
    """T2 and STIR of the example study with grey grain, and axial slices."""
    rng = np.random.default_rng(11)
    volumes, maps = [], {}
    for role, uid in (("stir", examples.STIR), ("t2", examples.T2)):
        volume, labels = examples.spine_volume(role, uid)
        grain = np.rint(volume.array + rng.normal(0, 12, volume.array.shape)).astype(np.float32)
        volumes.append(replace(volume, array=grain))
        maps[uid] = labels
    affine = np.diag([1.5, 1.5, 8.0, 1.0])
    affine[:3, 3] = (-70.0, -60.0, -140.0)
    array = rng.integers(0, 900, (16, 100, 100)).astype(np.float32)
    axial = Volume(array=array, geometry=Geometry.of(array, affine), series_instance_uid="1.2.826.1.7", role="t2")
    measured = examples.measurement_of(examples.result())
    return Pictures(figures, render_stacks(volumes, examples.segmentation(maps), measured, axial=[axial]))


@pytest.fixture(scope="session")
def two_levels():
    """The example study with T12 and L2 flagged by the engine, from the images alone."""
    base = examples.result()
    vertebrae = tuple(
        examples.vertebra(one.order, one.level, loss=31.0, edema=False) if one.level == "L2" else one
        for one in base.vertebrae
    )
    return decided(None, base.model_copy(update={"vertebrae": vertebrae}))


@pytest.fixture(scope="session")
def study_page(two_levels, pictures, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study_page(two_levels, tmp_path_factory.mktemp("study"), pictures)
