"""Opens a store."""

from collections.abc import Iterator
from contextlib import contextmanager

from vcfimg.store.database import Database, engine_for
from vcfimg.store.migrating import migrate


@contextmanager
def open_store(url: str) -> Iterator[Database]:
    """Open the store at ``url`` with the tables of this version.

    Parameters
    ----------
    url
        ``sqlite:///PATH`` (``sqlite://`` = in memory) or ``postgresql+psycopg://USER@HOST:PORT/NAME``. A missing SQLite
        file is made, its folder is not.

    Raises
    ------
    StoreError
        ``store_url_invalid``, ``store_extra_missing``, ``store_unreachable``, ``store_damaged``, ``store_newer``.
    """
    database = Database(engine_for(url))
    try:
        migrate(database)
        yield database
    finally:
        database.close()
