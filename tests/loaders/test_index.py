import os
import sqlite3
from pathlib import Path

import pytest

from tests.loaders.mr_files import mr, uid, write, write_series
from vcfimg.loaders import header, scan


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose header is really read."""
    seen: list[str] = []
    real = header.read_record

    def spy(path: str) -> object:
        seen.append(Path(path).name)
        return real(path)

    monkeypatch.setattr(header, "read_record", spy)
    return seen


def test_unchanged_files_are_not_read_again(tmp_path: Path, readings: list[str]) -> None:
    write_series(tmp_path / "in")
    (tmp_path / "in" / "note.txt").write_text("hello")
    first = scan(tmp_path / "in", index=tmp_path / "index")
    assert len(readings) == 6
    assert scan(tmp_path / "in", index=tmp_path / "index") == first
    assert len(readings) == 6


def test_changed_and_new_files_are_read(tmp_path: Path, readings: list[str]) -> None:
    paths = write_series(tmp_path / "in")
    scan(tmp_path / "in", index=tmp_path / "index")
    readings.clear()
    write(paths[0], mr(SOPInstanceUID=uid("changed"), SeriesDescription="t2 sag longer"))
    write(paths[0].with_name("new"), mr(SOPInstanceUID=uid("new")))
    found = scan(tmp_path / "in", index=tmp_path / "index")
    assert sorted(readings) == ["000", "new"]
    assert found == scan(tmp_path / "in")


def test_removed_files_are_forgotten(tmp_path: Path) -> None:
    paths = write_series(tmp_path / "in")
    scan(tmp_path / "in", index=tmp_path / "index")
    paths[0].unlink()
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")


def test_same_size_with_another_time_is_read(tmp_path: Path) -> None:
    (path,) = write_series(tmp_path / "in", slices=1)
    scan(tmp_path / "in", index=tmp_path / "index")
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"t2 sag", b"t1 sag"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    (study,) = scan(tmp_path / "in", index=tmp_path / "index").studies
    assert study.series[0].header.series_description == "t1 sag"


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00" + bytes(200)])
def test_damaged_index_is_made_anew(tmp_path: Path, content: bytes) -> None:
    write_series(tmp_path / "in")
    (tmp_path / "index").write_bytes(content)
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")


def test_damaged_row_is_read_again(tmp_path: Path) -> None:
    write_series(tmp_path / "in")
    scan(tmp_path / "in", index=tmp_path / "index")
    with sqlite3.connect(tmp_path / "index") as database:
        database.execute("""UPDATE folder SET data = '{"headers": [], "labels": [], "files": [["000"]]}'""")
    database.close()
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")


def test_index_holds_no_patient_name_or_birth_date(tmp_path: Path) -> None:
    write_series(tmp_path / "in")
    scan(tmp_path / "in", index=tmp_path / "index")
    content = (tmp_path / "index").read_bytes()
    assert b"Doe" not in content
    assert b"19500101" not in content


def test_copies_are_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vcfimg.loaders import index

    for folder in ("a", "b"):
        write_series(tmp_path / "in" / folder)
    first = scan(tmp_path / "in", index=tmp_path / "index")
    monkeypatch.setattr(index, "file_digest", lambda path: pytest.fail("hashed again"))
    assert scan(tmp_path / "in", index=tmp_path / "index") == first
