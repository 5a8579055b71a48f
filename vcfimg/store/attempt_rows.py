"""Every attempt of a store, the first first."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select

from vcfimg.store.database import Database
from vcfimg.store.store_tables import ATTEMPTS
from vcfimg.store.study_rows import PAGE

ATTEMPT_COLUMNS: Final = ("folder", "number", "worker", "started", "ended", "outcome", "code", "action", "seconds")


def attempt_rows(database: Database) -> Iterator[tuple[Any, ...]]:
    """A row of :data:`ATTEMPT_COLUMNS` for each; instants are seconds since 1970, UTC."""
    columns = [ATTEMPTS.c[name] for name in ATTEMPT_COLUMNS]
    last = 0
    while True:
        query = select(ATTEMPTS.c.id, *columns).where(ATTEMPTS.c.id > last).order_by(ATTEMPTS.c.id).limit(PAGE)
        with database.reading() as connection:
            page = [tuple(row) for row in connection.execute(query)]
        for row in page:
            yield row[1:]
        if len(page) < PAGE:
            return
        last = page[-1][0]
