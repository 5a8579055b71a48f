"""Stores of earlier and later versions."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from vcfimg.errors import StoreError
from vcfimg.store import SCHEMA, Database, StudyRows, open_store, sqlite_url
from vcfimg.store.database import engine_for
from vcfimg.store.entry import Entry
from vcfimg.store.migrating import backup_path
from vcfimg.store.store_tables import Base

INDEX_OF_0_5 = """
CREATE TABLE studies (
    folder VARCHAR NOT NULL, study_instance_uid VARCHAR, images_key VARCHAR, decision_key VARCHAR, as_of VARCHAR,
    status VARCHAR, failure_stage VARCHAR, failure_code VARCHAR, passing VARCHAR, inputs_sha256 VARCHAR,
    files_signature VARCHAR, scan_signature VARCHAR, result_signature VARCHAR, PRIMARY KEY (folder)
);
INSERT INTO studies VALUES ('1.2.3', '1.2.3', 'i', 'd', '2026-01-10', 'ok', NULL, NULL, NULL, 'h', 'f', NULL, 's');
"""
INDEX_OF_0_1 = "CREATE TABLE studies (folder VARCHAR NOT NULL PRIMARY KEY); INSERT INTO studies VALUES ('1.2.3');"


def old_file(folder: Path, script: str) -> Path:
    path = folder / "index.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
    connection.close()
    return path


def kind_of(column_type: Any) -> str:
    """PostgreSQL calls its floats double."""
    return str(column_type.as_generic().__class__.__name__).replace("Double", "Float")


def columns(database: Database) -> dict[str, dict[str, str]]:
    """Table to column to kind."""
    with database.reading() as connection:
        found = inspect(connection)
        return {
            table: {one["name"]: kind_of(one["type"]) for one in found.get_columns(table)}
            for table in sorted(set(found.get_table_names()) - {"alembic_version"})
        }


def test_steps_make_the_tables_of_the_model(database: Database) -> None:
    expected = {
        name: {column.name: kind_of(column.type) for column in table.columns}
        for name, table in sorted(Base.metadata.tables.items())
    }
    assert columns(database) == expected
    with database.reading() as connection:
        for name, table in Base.metadata.tables.items():
            made = {(one["name"], tuple(one["column_names"])) for one in inspect(connection).get_indexes(name)}
            assert made == {(str(one.name), tuple(column.name for column in one.columns)) for one in table.indexes}


def test_newest_step_is_the_one_the_code_asks_for() -> None:
    folder = Path(import_module("vcfimg.store.migrations.versions").__path__[0])
    steps = sorted(path.stem for path in folder.glob("v*.py"))
    revisions = [import_module(f"vcfimg.store.migrations.versions.{step}").revision for step in steps]
    assert revisions[-1] == SCHEMA
    assert [step[1:5] for step in steps] == revisions


def test_index_of_release_0_5_is_lifted_after_a_copy(tmp_path: Path) -> None:
    path = old_file(tmp_path, INDEX_OF_0_5)
    with open_store(sqlite_url(path)) as database:
        found = StudyRows(database).entry("1.2.3")
        assert StudyRows(database).fact("schema") == SCHEMA
    assert found is not None
    assert found[0] == Entry(
        "1.2.3", "1.2.3", "i", "d", "2026-01-10", "ok", inputs_sha256="h", files_signature="f", result_signature="s"
    )
    with sqlite3.connect(backup_path(path, "0001")) as copy:
        assert copy.execute("SELECT count(*) FROM studies").fetchone() == (1,)
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone() == (1,)
    copy.close()


def test_index_of_before_0_5_is_emptied_after_a_copy(tmp_path: Path) -> None:
    path = old_file(tmp_path, INDEX_OF_0_1)
    with open_store(sqlite_url(path)) as database:
        assert StudyRows(database).entry("1.2.3") is None
    assert backup_path(path, "0001").is_file()


def test_new_store_needs_no_copy(tmp_path: Path) -> None:
    with open_store(sqlite_url(tmp_path / "index.sqlite")):
        pass
    assert not list(tmp_path.glob("*.before-*"))


def test_newer_store_is_refused(database: Database, url: str) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError) as found, open_store(url):
        pass
    assert found.value.code == "store_newer"


def test_failed_step_leaves_the_store_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any, **options: Any) -> None:
        raise RuntimeError

    import alembic.op

    with closing(Database(engine_for(url))) as earlier, earlier.writing() as connection:
        for statement in INDEX_OF_0_5.split(";")[:2]:
            connection.exec_driver_sql(statement)
    with monkeypatch.context() as patch:
        patch.setattr(alembic.op, "bulk_insert", broken)
        with pytest.raises(RuntimeError), open_store(url):
            pass
    with open_store(url) as database:
        assert StudyRows(database).fact("schema") == SCHEMA
        assert StudyRows(database).entry("1.2.3") is not None


def test_processes_that_open_a_new_store_together_all_get_it(url: str) -> None:
    code = "import sys\nfrom vcfimg.store import StudyRows, open_store\n"
    code += "with open_store(sys.argv[1]) as database: print(StudyRows(database).fact('schema'))"
    several = [subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert [one.communicate(timeout=60)[0].strip() for one in several] == [SCHEMA] * 4


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://x/y", "store_url_invalid"),
        ("no url", "store_url_invalid"),
        ("postgresql://u@h/d", "store_url_invalid"),
        ("postgresql+psycopg://user:SECRET@127.0.0.1:9/none", "store_unreachable"),
        ("sqlite:////nowhere/at/all.sqlite", "store_unreachable"),
    ],
)
def test_unusable_store_is_named_without_its_password(url: str, code: str) -> None:
    with pytest.raises(StoreError) as found, open_store(url):
        pass
    assert found.value.code == code
    assert "SECRET" not in found.value.message


def test_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"not a database, at least not one of this kind" * 99)
    with pytest.raises(StoreError) as found, open_store(sqlite_url(path)):
        pass
    assert found.value.code == "store_damaged"


def test_driver_that_is_not_there_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError) as found, open_store("postgresql+psycopg://u@h/d"):
        pass
    assert found.value.code == "store_extra_missing"
    assert "vcfimg[store]" in found.value.message


def shape(database: Database) -> dict[str, Any]:
    """Columns, keys and indexes of every table, the one of the steps included."""
    with database.reading() as connection:
        found = inspect(connection)
        return {
            table: (
                {one["name"]: (kind_of(one["type"]), one["nullable"]) for one in found.get_columns(table)},
                found.get_pk_constraint(table)["constrained_columns"],
                sorted((str(one["name"]), tuple(one["column_names"])) for one in found.get_indexes(table)),
            )
            for table in sorted(found.get_table_names())
        }


def test_new_store_is_what_the_steps_make(tmp_path: Path) -> None:
    old = old_file(tmp_path, INDEX_OF_0_5)
    new = tmp_path / "new.sqlite"
    with open_store(sqlite_url(old)) as risen, open_store(sqlite_url(new)) as made:
        assert shape(made) == shape(risen)


def test_new_store_starts_without_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vcfimg.store import open_store, sqlite_url\n"
        f"with open_store(sqlite_url(Path({str(tmp_path / 'new.sqlite')!r}))): pass\n"
        "assert not any(name.split('.')[0] == 'alembic' for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
