"""SQLite index of an output folder; a convenience that the ``result.json`` files can replace at any time."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Column, MetaData, String, Table, create_engine, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from pipelines.batch.entries import entry_of
from pipelines.batch.job import PRIVATE, Entry
from pipelines.batch.keys import file_signature
from pipelines.log import log_event
from vcfimg.errors import ReportError
from vcfimg.reports import read_result, study_folder_name
from vcfimg.reports.paths import STUDIES
from vcfimg.reports.result_file import RESULT_JSON

FILE: Final = "index.sqlite"

_METADATA = MetaData()
_STUDIES = Table(
    "studies", _METADATA, *(Column(one.name, String, primary_key=one.name == "folder") for one in fields(Entry))
)


class OutputIndex:
    """What earlier runs did with the studies of one output folder; a :class:`pipelines.batch.store.Store`."""

    def __init__(self, engine: Engine, out: Path) -> None:
        self._engine = engine
        self._out = out
        self._warned = False

    def known(self, study_instance_uid: str) -> Entry | None:
        """The entry of a study that has a readable ``result.json``.

        A result that the index does not know, or that was written after its entry (an interrupted run, a copied
        folder), speaks for itself.
        """
        folder = study_folder_name(study_instance_uid)
        path = self._out / STUDIES / folder / RESULT_JSON
        signature = file_signature(path)
        if signature is None:
            return None
        row = None
        with self._dispensable(), self._engine.connect() as connection:
            row = connection.execute(select(_STUDIES).where(_STUDIES.c.folder == folder)).one_or_none()
        if row is not None and row.result_signature == signature:
            return Entry(**row._mapping)
        try:
            return entry_of(read_result(path), signature)
        except ReportError:
            return None

    def put(self, entry: Entry) -> None:
        """Add or replace an entry."""
        statement = insert(_STUDIES).values(asdict(entry))
        changed = {column.name: statement.excluded[column.name] for column in _STUDIES.columns}
        with self._dispensable(), self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["folder"], set_=changed))

    def forget(self, folders: Collection[str]) -> None:
        """Remove the entries of these study folders, so that nothing of them is left in the file."""
        with self._dispensable(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
            connection.execute(delete(_STUDIES).where(_STUDIES.c.folder.in_(folders)))
            connection.commit()

    @contextmanager
    def _dispensable(self) -> Iterator[None]:
        """A full disk or a lost drive costs the next run some time, and this one a warning."""
        try:
            yield
        except SQLAlchemyError as error:
            if not self._warned:
                _warn(error)
            self._warned = True


@contextmanager
def open_index(out: Path) -> Iterator[OutputIndex]:
    """Open the index of an output folder; a missing or damaged one starts empty, an impossible one stays in memory."""
    engine = _open(out / PRIVATE / FILE)
    try:
        yield OutputIndex(engine, out)
    finally:
        engine.dispose()


def _open(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _prepare(engine)
        except SQLAlchemyError:
            engine.dispose()
            path.unlink(missing_ok=True)
            _prepare(engine)
    except (OSError, SQLAlchemyError) as error:
        _warn(error)
        engine = create_engine("sqlite://")
        _prepare(engine)
    return engine


def _warn(error: Exception) -> None:
    log_event("index not usable", level=logging.WARNING, reason=type(error).__name__)


def _prepare(engine: Engine) -> None:
    """Make the table, and see that what is there can be read (another version may have left other columns)."""
    _METADATA.create_all(engine)
    with engine.connect() as connection:
        connection.execute(select(_STUDIES).limit(1)).all()
