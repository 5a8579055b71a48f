"""Brings a store to the tables of this version: one process at a time, after a copy of what was there."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import insert, inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from vcfimg import __version__
from vcfimg.errors import StoreError
from vcfimg.store.database import Database, store_error
from vcfimg.store.store_tables import FACTS, SCHEMA, Base

_LOCK: Final = 0x76636669
"""Number of the advisory lock that PostgreSQL holds meanwhile."""

UNVERSIONED: Final = "0001"
"""The tables of releases that had no versions of them (up to 0.5)."""


def migrate(database: Database) -> None:
    """Make or change the tables as this version needs them.

    Raises
    ------
    StoreError
        ``store_newer`` when a later version of vcfimg made the tables, ``store_damaged``, ``store_unreachable``.
    """
    if _current(database) == SCHEMA:
        return
    with _alone(database):
        found = _current(database)  # another process may have been faster
        if found == SCHEMA:
            return
        if found is None:
            _make(database)
            return
        _copy(database, found)
        _upgrade(database, found)


def _current(database: Database) -> str | None:
    """The step that the tables are at; None where there are none."""
    with database.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" not in tables:
            return UNVERSIONED if "studies" in tables else None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if found is not None and found > SCHEMA:
        message = f"the store {database.name} was made by a newer vcfimg (schema {found}, here {SCHEMA}): update vcfimg"
        raise StoreError("store_newer", message)
    return found


def _make(database: Database) -> None:
    """The tables of this version where there are none: what the steps come to, without Alembic's start-up time."""
    with database.writing() as connection:
        Base.metadata.create_all(connection)
        connection.execute(
            text(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
        )
        connection.execute(text("INSERT INTO alembic_version VALUES (:step)"), {"step": SCHEMA})
        made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        facts = {"schema": SCHEMA, "made": made, "made_by": __version__}
        connection.execute(insert(FACTS), [{"name": name, "value": value} for name, value in facts.items()])


def _upgrade(database: Database, found: str) -> None:
    # Alembic takes a third of a second to import: only when there is something to do.
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    try:
        with database.writing() as connection:
            config.attributes["connection"] = connection
            if found == UNVERSIONED and not inspect(connection).has_table("alembic_version"):
                command.stamp(config, UNVERSIONED)
            command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError("store_damaged", f"the store {database.name} has tables of no known version") from error


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Hold the migration lock of the store; the system gives it back however the process ends."""
    if database.is_postgresql:
        try:
            with database.engine.connect() as connection:
                _advisory(connection, "pg_advisory_lock")
                try:
                    yield
                finally:
                    _advisory(connection, "pg_advisory_unlock")
        except SQLAlchemyError as error:
            raise store_error(error, database.name) from error
        return
    if database.file is None:
        yield
        return
    try:
        stream = database.file.with_name(f"{database.file.name}.lock").open("a")
    except OSError as error:
        message = f"the folder of the store {database.name} cannot be written ({error.strerror})"
        raise StoreError("store_unreachable", message) from error
    with stream:
        with suppress(ImportError, OSError):  # a file system without locks: SQLite's own lock keeps the tables whole
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _advisory(connection: Connection, function: str) -> None:
    connection.exec_driver_sql(f"SELECT {function}({_LOCK})")
    connection.commit()


def backup_path(file: Path, step: str) -> Path:
    """Where the copy of a SQLite store lies that was at ``step``."""
    return file.with_name(f"{file.stem}.before-{step}{file.suffix}")


def _copy(database: Database, step: str) -> None:
    """Copy a SQLite file as it is; PostgreSQL changes its tables in one transaction and keeps them when that fails."""
    if database.file is None:
        return
    target = backup_path(database.file, step)
    try:
        target.unlink(missing_ok=True)
        with sqlite3.connect(database.file) as source, sqlite3.connect(target) as copy:
            source.backup(copy)
        source.close()
        copy.close()
    except (OSError, sqlite3.Error) as error:
        message = f"the store {database.name} is left as it is: it cannot be copied before the change ({error})"
        raise StoreError("store_unreachable", message) from error
