import hashlib
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.loaders.mr_files import mr, uid, write, write_series
from tests.loaders.remembered_scan import scan
from vcfimg.loaders.headers import header
from vcfimg.loaders.headers.fields import SLOT


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
    other: dict[str, str] = {"StudyInstanceUID": "1.2.3"}
    write(paths[0], mr(SOPInstanceUID=uid("changed"), SeriesDescription="t2 sag longer", **other))
    write(paths[0].with_name("new"), mr(SOPInstanceUID=uid("new"), **other))
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


@pytest.mark.parametrize("in_place", [True, False])
def test_other_content_of_the_same_size_and_time_is_read(tmp_path: Path, in_place: bool) -> None:
    (path,) = write_series(tmp_path / "in", slices=1)
    scan(tmp_path / "in", index=tmp_path / "index")
    before = path.stat()
    other = path if in_place else tmp_path / "other"
    other.write_bytes(path.read_bytes().replace(b"t2 sag", b"t1 sag"))
    other.replace(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
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
        (data,) = database.execute("SELECT data FROM folder").fetchone()
        rows = [row[:2] for row in json.loads(data)["files"]]
        damaged = json.dumps({"headers": [], "labels": [], "files": rows})
        database.execute("UPDATE folder SET data = ?", (damaged,))
    database.close()
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")


def test_index_holds_no_patient_name_or_birth_date(tmp_path: Path) -> None:
    write_series(tmp_path / "in")
    scan(tmp_path / "in", index=tmp_path / "index")
    content = (tmp_path / "index").read_bytes()
    assert b"Doe" not in content
    assert b"19500101" not in content


@pytest.mark.parametrize("readable", [True, False])
def test_index_holds_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readable: bool) -> None:
    from vcfimg.loaders.headers import header_index as index

    if not readable:
        monkeypatch.setattr(index, "file_digest", lambda path: f"unreadable {path}")
    for folder in ("one", "two"):
        write_series(tmp_path / "Roe, Richard" / folder, name="Rupert")
    (tmp_path / "Roe, Richard" / "Rachel.txt").write_text("hello")
    first = scan(tmp_path / "Roe, Richard", index=tmp_path / "index")
    assert first.counts()["not_dicom"] == 1
    content = (tmp_path / "index").read_bytes()
    for name in (b"Roe", b"Richard", b"Rupert", b"Rachel"):
        assert name not in content
    assert scan(tmp_path / "Roe, Richard", index=tmp_path / "index") == first


def test_birth_dates_cannot_be_found_by_trying_every_day(tmp_path: Path) -> None:
    write_series(tmp_path / "in")
    scan(tmp_path / "in", index=tmp_path / "index")
    content = (tmp_path / "index").read_bytes()
    for size in (8, 16, 32, 64):
        assert hashlib.blake2b(b"19500101", digest_size=size).hexdigest().encode() not in content
    scan(tmp_path / "in", index=tmp_path / "other")
    assert sealed(tmp_path / "index").isdisjoint(sealed(tmp_path / "other"))


def sealed(index: Path) -> set[str]:
    """What an index file holds in place of names and birth dates."""
    with closing(sqlite3.connect(index)) as database:
        rows = [json.loads(data)["headers"] for (data,) in database.execute("SELECT data FROM folder")]
    return {header[SLOT[name]] for headers in rows for header in headers for name in ("patient_name", "birth_date")}


@pytest.mark.parametrize(("born", "problems"), [("19500101", []), ("19600101", ["mixed_patients"])])
def test_patients_are_compared_with_remembered_ones(
    tmp_path: Path, readings: list[str], born: str, problems: list[str]
) -> None:
    write_series(tmp_path / "in", "t1")
    write_series(tmp_path / "in", "t1", name="other", StudyInstanceUID="1.2.3")
    scan(tmp_path / "in", index=tmp_path / "index")
    write_series(tmp_path / "in", "t2", PatientBirthDate=born)
    readings.clear()
    for _ in range(2):
        found = {study.study_instance_uid: study for study in scan(tmp_path / "in", index=tmp_path / "index").studies}
        assert [note.code for note in found[uid("study")].problems] == problems
    assert len(readings) == 10


def test_parts_of_a_study_remembered_at_different_times_are_one_patient(tmp_path: Path) -> None:
    for contrast in ("t1", "t2"):
        write_series(tmp_path / "in", contrast)
        scan(tmp_path / "in" / contrast, index=tmp_path / "index")
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")


def test_index_of_another_format_is_made_anew(tmp_path: Path) -> None:
    write_series(tmp_path / "in")
    with closing(sqlite3.connect(tmp_path / "index")) as database, database:
        database.execute("CREATE TABLE folder (path BLOB PRIMARY KEY, format TEXT, data TEXT)")
        database.execute("INSERT INTO folder VALUES ('x', '2', 'an old digest')")
    assert scan(tmp_path / "in", index=tmp_path / "index") == scan(tmp_path / "in")
    assert b"an old digest" not in (tmp_path / "index").read_bytes()


def test_copies_are_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vcfimg.loaders.headers import header_index as index

    for folder in ("a", "b"):
        write_series(tmp_path / "in" / folder)
    first = scan(tmp_path / "in", index=tmp_path / "index")
    monkeypatch.setattr(index, "file_digest", lambda path: pytest.fail("hashed again"))
    assert scan(tmp_path / "in", index=tmp_path / "index") == first
