import gc
import os
import signal
import weakref
from pathlib import Path

import pytest

from pipelines.sources.folder_source import FolderSource
from tests.loaders.mr_files import write_series
from vcfimg.errors import LoadError
from vcfimg.loaders.headers.header_index import HeaderIndex


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for study in ("1.2.1", "1.2.2"):
        write_series(tmp_path / study, "t2", StudyInstanceUID=study)
    (tmp_path / "1.2.1" / "note.txt").write_text("junk")
    (tmp_path / "between.txt").write_text("junk")
    return tmp_path


def test_studies_come_once_with_what_lies_beside_them(archive: Path) -> None:
    source = FolderSource([archive])
    assert [info.study_instance_uid for info in source.identifiers()] == ["1.2.1", "1.2.2"]
    assert [study.study_instance_uid for study in source.studies()] == ["1.2.1", "1.2.2"]
    assert list(source.studies()) == []
    assert (source.skipped_beside("1.2.1"), source.skipped_beside("1.2.2")) == ({"not_dicom": 1}, {})
    skipped = source.skipped()
    assert sorted(row.path for row in skipped.rows) == ["1.2.1/note.txt", "between.txt"]
    assert (skipped.counts, skipped.beside_no_study) == ({"not_dicom": 2}, {"not_dicom": 1})


def test_study_that_was_given_is_not_kept(archive: Path) -> None:
    source = FolderSource([archive])
    kept = [weakref.ref(study) for study in source.studies()]
    gc.collect()
    assert [reference() for reference in kept] == [None, None]
    assert len(source.identifiers()) == 2


def test_nothing_is_scanned_before_it_is_asked_for(archive: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.toml"
    words.write_text("not [toml")
    source = FolderSource([archive], site_words=words)
    with pytest.raises(LoadError) as caught:
        source.identifiers()
    assert caught.value.code == "site_words_invalid"


def set_up() -> None:
    """Nothing to prepare."""


def end_the_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_large_archive_is_scanned_elsewhere_with_the_same_outcome(archive: Path, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir()
    with HeaderIndex(private / "headers.sqlite") as headers:
        here = FolderSource([archive], headers=headers)
        elsewhere = FolderSource([archive], headers=headers, set_up=set_up, large=3)
        assert elsewhere.identifiers() == here.identifiers()
        assert [path.name for path in private.iterdir()] == ["headers.sqlite"]
        assert list(elsewhere.studies()) == list(here.studies())
        assert list(elsewhere.studies()) == []
        assert (elsewhere.skipped(), elsewhere.skipped_beside("1.2.1")) == (here.skipped(), {"not_dicom": 1})


def test_fault_of_a_scan_elsewhere_is_named(archive: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.toml"
    words.write_text("not [toml")
    headers = HeaderIndex(tmp_path / "headers.sqlite")
    for options, code in (({"site_words": words, "set_up": set_up}, "site_words_invalid"),
                          ({"set_up": end_the_process}, "scan_failed")):  # fmt: skip
        with pytest.raises(LoadError) as caught:
            FolderSource([archive], headers=headers, large=3, **options).identifiers()
        assert caught.value.code == code
