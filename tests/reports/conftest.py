import pytest

from tests.reports import examples
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.figures import render_figures


@pytest.fixture(scope="session")
def figures() -> dict[str, Figure]:
    """Pictures of the fractured example study, T2 and STIR."""
    volumes, maps = [], {}
    for role, uid in (("stir", examples.STIR), ("t2", examples.T2)):
        volume, labels = examples.spine_volume(role, uid)
        volumes.append(volume)
        maps[uid] = labels
    return render_figures(volumes, examples.segmentation(maps), examples.measurement_of(examples.result()))
