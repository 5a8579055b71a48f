"""What a store as a whole looks like: how many studies stand where, and what failed for what reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from vcfimg.store.database import Database
from vcfimg.store.store_tables import ATTEMPTS, STUDIES, State

_C = STUDIES.c


@dataclass(frozen=True)
class Running:
    """A study that a worker is at."""

    folder: str
    worker: str
    number: int
    since: float
    """Seconds since 1970."""
    lease_until: float


@dataclass(frozen=True)
class StoreCounts:
    """Numbers of studies."""

    studies: int
    by_state: Mapping[str, int]
    """``known`` are those that no queue ever held."""
    by_status: Mapping[str, int]
    """Of the studies with a result: ok, failed, no_spine_series."""
    failed_by_code: Mapping[str, int]
    quarantined: Mapping[str, str | None]
    """Folder to the reason."""
    attempts: Mapping[str, int]
    """By outcome; ``running`` are those without one."""
    running: tuple[Running, ...]
    seconds: float
    """Time that the attempts took which ended with a result."""


def count_store(database: Database) -> StoreCounts:
    """Count an open store; errors are those of the database (``StoreError``)."""
    with database.reading() as connection:

        def by(column: object, *conditions: object, table: object = STUDIES) -> dict[str | None, int]:
            query = select(column, func.count()).select_from(table).where(*conditions).group_by(column)  # type: ignore[call-overload]
            return {row[0]: int(row[1]) for row in connection.execute(query)}

        states = by(_C.state)
        quarantined = connection.execute(
            select(_C.folder, _C.failure_code).where(_C.state == State.QUARANTINED).order_by(_C.folder)
        ).all()
        running = connection.execute(
            select(_C.folder, ATTEMPTS.c.worker, ATTEMPTS.c.number, ATTEMPTS.c.started, _C.lease_until)
            .join(ATTEMPTS, ATTEMPTS.c.id == _C.attempt)
            .where(_C.state == State.CLAIMED)
            .order_by(ATTEMPTS.c.started)
        ).all()
        seconds = connection.execute(select(func.sum(ATTEMPTS.c.seconds))).scalar_one()
        return StoreCounts(
            studies=sum(states.values()),
            by_state={key or "known": number for key, number in states.items()},
            by_status={str(key): n for key, n in by(_C.status, _C.status.is_not(None)).items()},
            failed_by_code={str(key): n for key, n in by(_C.failure_code, _C.status == "failed").items()},
            quarantined={row[0]: row[1] for row in quarantined},
            attempts={key or "running": n for key, n in by(ATTEMPTS.c.outcome, table=ATTEMPTS).items()},
            running=tuple(Running(*row) for row in running),
            seconds=float(seconds or 0.0),
        )
