import shutil
from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.loaders.fingerprint import inputs_sha256, study_files


def fingerprint(folder: Path) -> str:
    return inputs_sha256(scan(folder).studies[0])


def test_names_and_places_do_not_count(phantom: Phantom, tmp_path: Path):
    for number, path in enumerate(sorted(phantom.folder.rglob("*.dcm"), reverse=True)):
        shutil.copy(path, tmp_path / f"x{number}")
    assert fingerprint(tmp_path) == fingerprint(phantom.folder)


def test_content_counts(study_copy: Path):
    before = fingerprint(study_copy)
    path = next(study_copy.rglob("*.dcm"))
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert fingerprint(study_copy) != before


def test_missing_slice_counts(study_copy: Path):
    before = fingerprint(study_copy)
    next(study_copy.rglob("*.dcm")).unlink()
    assert fingerprint(study_copy) != before


def test_file_that_has_gone_is_refused(study_copy: Path):
    study = scan(study_copy).studies[0]
    study_files(study)[0].unlink()
    with pytest.raises(LoadError) as caught:
        inputs_sha256(study)
    assert caught.value.code == "unreadable_file"
