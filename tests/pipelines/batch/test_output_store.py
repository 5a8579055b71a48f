from dataclasses import replace
from pathlib import Path

import pytest
from pipelines.batch.output_index import FILE, OutputIndex, open_index
from sqlalchemy import create_engine

from pipelines.batch.job import PRIVATE, Entry
from pipelines.batch.keys import file_signature
from vcfimg.errors import ReportError
from vcfimg.reports.paths import STUDIES

ENTRY = Entry(
    folder="1.2.3", study_instance_uid="1.2.3", images_key="i", decision_key="d", as_of="2026-01-10", status="ok"
)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr("pipelines.batch.output_index.log_event", lambda event, **fields: found.append(event))
    return found


@pytest.fixture(autouse=True)
def no_result_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known here is known from the index."""

    def unread(path: Path) -> None:
        raise ReportError("result_invalid", "not a result")

    monkeypatch.setattr("pipelines.batch.output_index.read_result", unread)


def stored(out: Path) -> Entry:
    """An entry of a result that lies below ``out``."""
    path = out / STUDIES / ENTRY.folder / "result.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return replace(ENTRY, result_signature=file_signature(path))


@pytest.mark.parametrize("name", ["out", "a?mode=ro", "o%41b", "o#a", "o b", "o_é"])
def test_folder_of_any_name_holds_its_index(tmp_path: Path, name: str):
    out = tmp_path / name
    entry = stored(out)
    with open_index(out) as index:
        index.put(entry)
    assert (out / PRIVATE / FILE).is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with open_index(out) as index:
        assert index.known("1.2.3") == entry


def test_index_that_cannot_be_written_is_only_a_warning(tmp_path: Path, warnings: list[str]):
    entry = stored(tmp_path)
    index = OutputIndex(create_engine("sqlite://"), tmp_path)  # without its table
    index.put(entry)
    index.put(entry)
    assert index.known("1.2.3") is None
    assert warnings == ["index not usable"]


def test_index_that_cannot_be_made_stays_in_memory(tmp_path: Path, warnings: list[str]):
    (tmp_path / PRIVATE / FILE / "full").mkdir(parents=True)
    entry = stored(tmp_path)
    with open_index(tmp_path) as index:
        index.put(entry)
        assert index.known("1.2.3") == entry
    assert warnings == ["index not usable"]


def test_index_of_another_version_starts_empty(tmp_path: Path, warnings: list[str]):
    (tmp_path / PRIVATE).mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / PRIVATE / FILE}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table studies (folder text primary key)")
    engine.dispose()
    entry = stored(tmp_path)
    with open_index(tmp_path) as index:
        index.put(entry)
        assert index.known("1.2.3") == entry
    assert warnings == []
