import pytest

from tests.reports import examples
from vcfimg.imaging.segmentation import Segmentation
from vcfimg.loaders.volume import Volume
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.figures import render_figures
from vcfimg.reports.pictures.slice_stack import SliceStack
from vcfimg.reports.pictures.stack_pictures import render_stacks


@pytest.fixture(scope="session")
def figures() -> dict[str, Figure]:
    """Pictures of the fractured example study, T2 and STIR."""
    volumes, segmentation = _images()
    return render_figures(volumes, segmentation, examples.measurement_of(examples.result()))


@pytest.fixture(scope="session")
def stacks() -> tuple[SliceStack, ...]:
    """Slices of the fractured example study, T2 and STIR."""
    volumes, segmentation = _images()
    return render_stacks(volumes, segmentation, examples.measurement_of(examples.result()))


def _images() -> tuple[list[Volume], Segmentation]:
    volumes, maps = [], {}
    for role, uid in (("stir", examples.STIR), ("t2", examples.T2)):
        volume, labels = examples.spine_volume(role, uid)
        volumes.append(volume)
        maps[uid] = labels
    return volumes, examples.segmentation(maps)
