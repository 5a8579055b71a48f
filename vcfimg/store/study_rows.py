"""What the store remembers of studies: their entries, and their rows in the tables of the output folder."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, bindparam, collate, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.engine import Connection

from vcfimg.store.database import Database
from vcfimg.store.entry import Entry, Listed
from vcfimg.store.store_tables import ATTEMPTS, FACTS, STUDIES

PAGE: Final = 500
"""Rows in memory at a time."""

_C: Final = STUDIES.c

_ENTRY: Final = tuple(_C[one.name] for one in fields(Entry))


_ENTRY_OF: Final = select(*_ENTRY, _C.state).where(_C.folder == bindparam("of"), _C.images_key.is_not(None))

_LISTED: Final = tuple(_C[one.name] for one in fields(Listed))


@dataclass(frozen=True)
class Ended:
    """A study that is done or in quarantine."""

    entry: Entry
    at: float
    action: str
    seconds: float


class StudyRows:
    """The studies of an open store; errors are those of the database (``StoreError``)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entry(self, folder: str) -> tuple[Entry, str | None] | None:
        """The entry of a study and its state in the queue; None where it has no entry."""
        with self._database.reading() as connection:
            row = connection.execute(_ENTRY_OF, {"of": folder}).one_or_none()
        return None if row is None else (_entry(row), row.state)

    def entries_from(self, folder: str, limit: int) -> dict[str, tuple[Entry, str | None]]:
        """As :meth:`entry`, by folder, of the first ``limit`` rows from ``folder`` on in the order of the names."""
        name = self._plain(_C.folder)
        query = select(*_ENTRY, _C.state).where(name >= folder).order_by(name).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {row.folder: (_entry(row), row.state) for row in rows if row.images_key is not None}

    def put(self, entries: Sequence[tuple[Entry, Listed | None]]) -> None:
        """Add or replace entries, each with its rows in the tables where they are known."""
        with self._database.writing() as connection:
            for entry, listed in entries:
                put_entry(connection, entry, listed)

    def forget(self, folders: Collection[str]) -> None:
        """Remove everything of these studies, so that nothing of them is left in a file of SQLite."""
        names = list(folders)
        with self._database.reading() as connection:
            if not self._database.is_postgresql:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for table in (STUDIES, ATTEMPTS):
                connection.execute(delete(table).where(table.c.folder.in_(names)))
            connection.execute(delete(FACTS).where(FACTS.c.name == "list"))  # it may quote who they are
            connection.commit()
            if self._database.file is not None:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def listed_signatures(self) -> Iterator[tuple[str, str | None, str | None]]:
        """(folder, who made its rows, the result they were made from), in the order of the folders."""
        columns = (_C.folder, _C.listed_by, _C.listed_signature)
        for row in self._pages(columns):
            yield row[0], row[1], row[2]

    def jobs(self) -> Iterator[bytes]:
        """The job of every study that has one."""
        for row in self._pages((_C.folder, _C.job), _C.job.is_not(None)):
            yield row[1]

    def by_folder(self) -> Iterator[Listed]:
        """The rows of every listed study, in the order of the folders."""
        for row in self._pages(_LISTED, _C.listing.is_not(None)):
            yield Listed(*row)

    def ranked(self) -> Iterator[Listed]:
        """The rows of every listed study, the first to look at first; nothing may be written meanwhile."""
        order = (
            _C.priority_order,
            _C.priority_score.desc(),
            self._plain(_C.study_date),
            self._plain(_C.study_instance_uid),
        )
        query = select(*_LISTED).where(_C.listing.is_not(None)).order_by(*order)
        with self._database.reading() as connection:
            for row in connection.execution_options(yield_per=PAGE).execute(query):
                yield Listed(*row)

    def ended(self, run: str, since: float) -> list[Ended]:
        """What ended in a run at ``since`` or later, the first first."""
        query = select(*_ENTRY, _C.ended, _C.action, _C.seconds).where(_C.run == run, _C.ended >= since)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_C.ended)).all()
        return [Ended(_entry(row), row.ended, row.action, row.seconds or 0.0) for row in rows]

    def last_end(self) -> float | None:
        """When a study ended last; None before the first."""
        with self._database.reading() as connection:
            found: float | None = connection.execute(select(func.max(_C.ended))).scalar_one()
        return found

    def unlist(self, folders: Sequence[str]) -> None:
        """Take studies out of the tables whose result is gone."""
        nothing = {one.name: None for one in fields(Listed) if one.name not in {"folder", "study_instance_uid"}}
        with self._database.writing() as connection:
            connection.execute(update(STUDIES).where(_C.folder.in_(folders)).values(nothing))

    def relist(self, several: Sequence[Listed]) -> None:
        """Replace the rows of studies whose result cannot be read; their entries stay."""
        with self._database.writing() as connection:
            for listed in several:
                _upsert(connection, asdict(listed))

    def fact(self, name: str) -> str | None:
        """What the store knows of itself: ``made``, ``made_by``, ``out``; None where nothing."""
        with self._database.reading() as connection:
            return connection.execute(select(FACTS.c.value).where(FACTS.c.name == name)).scalar_one_or_none()

    def set_fact(self, name: str, value: str) -> None:
        """Replace what :meth:`fact` gives."""
        with self._database.writing() as connection:
            connection.execute(delete(FACTS).where(FACTS.c.name == name))
            connection.execute(insert(FACTS).values(name=name, value=value))

    def drop_facts(self, prefix: str) -> None:
        """Drop every fact whose name begins so."""
        with self._database.writing() as connection:
            connection.execute(delete(FACTS).where(FACTS.c.name.startswith(prefix, autoescape=True)))

    def _pages(self, columns: Sequence[Column[Any]], *conditions: ColumnElement[bool]) -> Iterator[tuple[Any, ...]]:
        """Rows by folder, a page in memory at a time; what is written meanwhile behind the page is seen."""
        folder = self._plain(_C.folder)
        last = ""
        while True:
            query = select(*columns).where(folder > last, *conditions).order_by(folder).limit(PAGE)
            with self._database.reading() as connection:
                page = [tuple(row) for row in connection.execute(query)]
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1][0]

    def _plain(self, column: Column[Any]) -> ColumnElement[Any]:
        """``column`` compared by code points, as Python does, whatever the language of the database."""
        return collate(column, "C") if self._database.is_postgresql else column


def put_entry(connection: Connection, entry: Entry, listed: Listed | None, **more: Any) -> None:
    """Add or replace an entry, with its rows in the tables and further columns."""
    _upsert(connection, {**asdict(entry), **(asdict(listed) if listed else {}), **more})


def _upsert(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(_upsert_statement(connection.dialect.name, tuple(values)), values)


@cache
def _upsert_statement(dialect: str, names: tuple[str, ...]) -> PostgresInsert | SqliteInsert:
    statement = postgresql.insert(STUDIES) if dialect == "postgresql" else sqlite.insert(STUDIES)
    changed = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=["folder"], set_=changed)


def _entry(row: Any) -> Entry:
    return Entry(**{one.name: getattr(row, one.name) for one in fields(Entry)})
