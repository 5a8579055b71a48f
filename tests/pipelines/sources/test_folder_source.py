import gc
import weakref
from pathlib import Path

import pytest

from pipelines.sources.folder_source import FolderSource
from tests.loaders.mr_files import write_series
from vcfimg.errors import LoadError


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
