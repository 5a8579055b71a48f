import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from pipelines.batch.job import PRIVATE, Entry, Job, Outcome, Settings
from pipelines.batch.keys import file_signature
from pipelines.batch.output_store import DAMAGED, FILE, OutputStore, open_output_store
from pipelines.batch.study_run import give_up
from tests.phantom_oracle import Phantom
from vcfimg.errors import ReportError, StoreError
from vcfimg.loaders import scan
from vcfimg.policy import load_policy
from vcfimg.reports.paths import STUDIES
from vcfimg.result import Failure
from vcfimg.store import open_store, sqlite_url
from vcfimg.store.database import Database, engine_for

ENTRY = Entry(
    folder="1.2.3", study_instance_uid="1.2.3", images_key="i", decision_key="d", as_of="2026-01-10", status="ok"
)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr("pipelines.batch.output_store.log_event", lambda event, **fields: found.append(event))
    return found


@pytest.fixture
def read_again() -> None:
    """Results are read as usual."""


@pytest.fixture(autouse=True)
def no_result_is_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known here is known from the index."""
    if "read_again" in request.fixturenames:
        return

    def unread(path: Path) -> None:
        raise ReportError("result_invalid", "not a result")

    monkeypatch.setattr("pipelines.batch.output_store.read_result", unread)


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
    with open_output_store(out) as index:
        index.put(Outcome("screened", entry))
    assert (out / PRIVATE / FILE).is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with open_output_store(out) as index:
        assert index.known("1.2.3") == entry


def test_index_that_cannot_be_written_is_only_a_warning(tmp_path: Path, warnings: list[str]):
    entry = stored(tmp_path)
    index = OutputStore(Database(engine_for("sqlite://")), tmp_path)  # without its tables
    index.put(Outcome("screened", entry))
    index.put(Outcome("screened", entry))
    assert index.known("1.2.3") is None
    assert warnings == ["index not usable"]


def test_index_that_cannot_be_made_stays_in_memory(tmp_path: Path, warnings: list[str]):
    (tmp_path / PRIVATE / FILE / "full").mkdir(parents=True)
    entry = stored(tmp_path)
    with open_output_store(tmp_path) as index:
        index.put(Outcome("screened", entry))
        assert index.known("1.2.3") == entry
    assert warnings == ["index not usable"]


def test_index_of_another_version_starts_empty(tmp_path: Path, warnings: list[str]):
    (tmp_path / PRIVATE).mkdir()
    engine = create_engine(f"sqlite:///{tmp_path / PRIVATE / FILE}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table studies (folder text primary key)")
    engine.dispose()
    entry = stored(tmp_path)
    with open_output_store(tmp_path) as index:
        index.put(Outcome("screened", entry))
        assert index.known("1.2.3") == entry
    assert warnings == []


def test_damaged_index_is_set_aside_and_starts_empty(tmp_path: Path, warnings: list[str]):
    (tmp_path / PRIVATE).mkdir()
    (tmp_path / PRIVATE / FILE).write_bytes(b"not a database, at least not one of this kind" * 99)
    entry = stored(tmp_path)
    with open_output_store(tmp_path) as index:
        index.put(Outcome("screened", entry))
        assert index.known("1.2.3") == entry
    assert (tmp_path / PRIVATE / DAMAGED).read_bytes().startswith(b"not a database")
    assert warnings == []


def test_store_of_a_newer_version_is_refused_and_stays(tmp_path: Path):
    with open_output_store(tmp_path):
        pass
    engine = create_engine(f"sqlite:///{tmp_path / PRIVATE / FILE}")
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()
    before = (tmp_path / PRIVATE / FILE).read_bytes()
    with pytest.raises(StoreError) as found, open_output_store(tmp_path):
        pass
    assert found.value.code == "store_newer"
    assert "update vcfimg" in found.value.message
    assert (tmp_path / PRIVATE / FILE).read_bytes() == before


def test_named_store_must_work(tmp_path: Path):
    with pytest.raises(StoreError) as found, open_output_store(tmp_path, f"sqlite:///{tmp_path}/none/x.sqlite"):
        pass
    assert found.value.code == "store_unreachable"


def job_of(phantom: Phantom, out: Path) -> Job:
    (study,) = scan(phantom.folder).studies
    settings = Settings(out, load_policy(), datetime.date(2026, 1, 10), segmenter=phantom)
    return Job(study, settings, files_signature="f")


def failed_attempt(phantom: Phantom, out: Path, code: str) -> Entry | None:
    """What is known after one more attempt that ended with ``code``."""
    job = job_of(phantom, out)
    with open_output_store(out) as store:
        store.begin(job)
        failure = Failure(stage="screen", code=code, message="it did not work")
        store.put(give_up(job, failure, 1.0))
        return store.known(job.study.study_instance_uid)


@pytest.mark.parametrize(("code", "given_up"), [("worker_died", True), ("write_failed", False)])
def test_study_that_fails_again_and_again_is_left_alone(
    phantom: Phantom, tmp_path: Path, read_again: None, code: str, given_up: bool
):
    """What lies in the disk is tried as often as one likes."""
    passing = [entry.passing if (entry := failed_attempt(phantom, tmp_path, code)) else "lost" for _ in range(3)]
    assert passing == [code, code, None if given_up else code]


def test_run_that_is_killed_costs_its_studies_no_attempt(phantom: Phantom, tmp_path: Path):
    job = job_of(phantom, tmp_path)
    url = sqlite_url(tmp_path / "x.sqlite")
    with open_store(url) as database:
        for _ in range(5):  # none of them ends
            OutputStore(database, tmp_path).begin(job)
        last = OutputStore(database, tmp_path)
        last.begin(job)
        with database.reading() as connection:
            row = connection.exec_driver_sql("select state, attempts from studies").one()
        assert tuple(row) == ("claimed", 1)
        last.close()
        with database.reading() as connection:
            assert tuple(connection.exec_driver_sql("select state, attempts from studies").one()) == ("queued", 0)
            ends = connection.exec_driver_sql("select outcome from attempts order by id").scalars().all()
    assert ends == ["lost"] * 5 + ["given_back"]
