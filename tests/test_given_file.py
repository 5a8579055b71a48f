"""A file that a person names is a regular file of bounded size."""

import os
from pathlib import Path

import pytest

from pipelines.level_file import CorrectionsError, read_corrections
from vcfimg.clinical import read_clinical
from vcfimg.errors import ClinicalInputError, LoadError, PolicyError, ReportError
from vcfimg.given_file import NotGiven, read_given
from vcfimg.loaders.roles.vocabulary import load_vocabulary
from vcfimg.policy import load_policy, moved_keys
from vcfimg.reports import read_result


def test_reads_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_given(path, 5) == b"12345"
    with pytest.raises(NotGiven) as found:
        read_given(path, 4)
    assert found.value.too_large


@pytest.mark.parametrize("kind", ["device", "pipe"])
@pytest.mark.parametrize(
    ("read", "error"),
    [
        (read_clinical, ClinicalInputError),
        (load_policy, PolicyError),
        (moved_keys, PolicyError),
        (load_vocabulary, LoadError),
        (read_corrections, CorrectionsError),
        (read_result, ReportError),
    ],
)
def test_devices_and_pipes_are_refused(tmp_path: Path, kind: str, read, error: type[Exception]) -> None:
    path = Path("/dev/zero")
    if kind == "pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    with pytest.raises(error, match="not a regular file"):
        read(path)


def test_nested_words_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.toml"
    path.write_text("stir = " + "[" * 5000 + "]" * 5000)
    with pytest.raises(LoadError) as found:
        load_vocabulary(path)
    assert found.value.code == "site_words_invalid"
