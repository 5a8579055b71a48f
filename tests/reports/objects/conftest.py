from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom
from tests.reports.objects.written import Written, write_objects


@pytest.fixture(scope="session")
def written(phantom: Phantom, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """All objects of the fractured phantom."""
    pytest.importorskip("highdicom", reason="the extra objects is not installed")
    return write_objects(phantom, Path(tmp_path_factory.mktemp("objects")))
