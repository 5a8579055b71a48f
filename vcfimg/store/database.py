"""One open database: SQLite or PostgreSQL through SQLAlchemy, its faults as :class:`StoreError`."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from vcfimg.errors import StoreError

BUSY_S: Final = 30.0
"""How long SQLite waits for another process that writes."""

CONNECT_S: Final = 10
"""How long PostgreSQL may take to answer a new connection."""

_SCHEMES: Final = ("sqlite", "postgresql+psycopg")


class Database:
    """An open store; reading and writing blocks are transactions.

    Parameters
    ----------
    engine
        Made by :func:`engine_for`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostgreSQL."""
        return self._engine.dialect.name == "postgresql"

    @property
    def engine(self) -> Engine:
        """For migrations."""
        return self._engine

    @property
    def file(self) -> Path | None:
        """The file of SQLite; None in memory and for PostgreSQL."""
        name = self._engine.url.database
        return Path(name) if not self.is_postgresql and name and name != ":memory:" else None

    @property
    def name(self) -> str:
        """How messages call it: without password, and of a file its name alone."""
        return _name(self._engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A block that only reads.

        Raises
        ------
        StoreError
            ``store_unreachable``, ``store_damaged``.
        """
        with self._faults(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction; on SQLite it holds the only write lock from the beginning. Raises like :meth:`reading`."""
        with self._faults(), self._engine.connect() as plain:
            connection = plain.execution_options(vcfimg_writes=True)
            with connection.begin():
                yield connection

    def now(self, connection: Connection) -> float:
        """Seconds since 1970 by the clock that all workers share: that of the server, or of this machine."""
        if self.is_postgresql:
            return float(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one())
        return time.time()

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise store_error(error, self.name) from error
        except UnicodeEncodeError as error:  # a folder's name that is no text
            raise StoreError("store_damaged", f"the store {self.name} cannot hold a name ({error.reason})") from error


def engine_for(url: str) -> Engine:
    """An engine for a store URL; nothing is opened yet.

    Raises
    ------
    StoreError
        ``store_url_invalid``, ``store_extra_missing``.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise _invalid() from error
    if parsed.drivername not in _SCHEMES:
        raise _invalid()
    if parsed.drivername == "sqlite":
        return _sqlite(parsed)
    try:
        return create_engine(
            parsed, pool_pre_ping=True, pool_size=2, max_overflow=4, connect_args={"connect_timeout": CONNECT_S}
        )
    except ImportError as error:
        raise StoreError(
            "store_extra_missing", 'PostgreSQL needs the extra "store": pip install "vcfimg[store]"'
        ) from error


def sqlite_url(path: Path) -> str:
    """The URL of a file, whatever characters its name holds."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def store_error(error: SQLAlchemyError, name: str) -> StoreError:
    """The named error of what a driver raised; its text may quote values and is left out."""
    kind = type(getattr(error, "orig", None) or error).__name__
    if isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        text = f"the store {name} cannot be reached or written ({kind}); see that it runs and has room, then run again"
        return StoreError("store_unreachable", text)
    return StoreError("store_damaged", f"the store {name} cannot be used as it is ({kind})")


def _invalid() -> StoreError:
    return StoreError("store_url_invalid", "a store is sqlite:///PATH or postgresql+psycopg://USER@HOST:PORT/NAME")


def _name(url: URL) -> str:
    if url.drivername == "sqlite":
        return Path(url.database or ":memory:").name
    return f"{url.host or 'local'}/{url.database or ''}"


def _sqlite(url: URL) -> Engine:
    memory = url.database in (None, "", ":memory:")
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_S, "check_same_thread": False}}
    if memory:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver thinks
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}")
        if not memory:
            with suppress(sqlite3.OperationalError):  # a network drive that cannot: the older journal does, too
                cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("vcfimg_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
