"""Fixtures for tests that need the whole chain."""

from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom, make_phantom


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Phantom:
    """A fractured study on disk: T2 and STIR, L1 with a 42 % wedge and edema. Copy it before changing a file."""
    return make_phantom(tmp_path_factory.mktemp("phantom"))


@pytest.fixture
def study_copy(phantom: Phantom, tmp_path: Path) -> Path:
    """A copy of the study that a test may spoil."""
    import shutil

    return Path(shutil.copytree(phantom.folder, tmp_path / "study"))
