"""The queue: a study is put in, claimed for a while by one worker, and finished once."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from vcfimg.store.database import Database
from vcfimg.store.entry import Entry, Listed
from vcfimg.store.store_tables import ATTEMPTS, STUDIES, State
from vcfimg.store.study_rows import put_entry

LEASE_S: Final = 120.0
"""A worker that is not heard of for so long has lost its studies."""

MAX_ATTEMPTS: Final = 3
"""Attempts after which a study is quarantined."""

BACK_OFF_S: Final = 10.0
"""Wait after the first failed attempt; it doubles with each further one."""

MAX_BACK_OFF_S: Final = 3600.0

_C: Final = STUDIES.c
_COLUMNS: Final = (
    _C.folder,
    _C.study_instance_uid,
    _C.state,
    _C.work_key,
    _C.job,
    _C.attempt,
    _C.attempts,
    _C.not_before,
)


@dataclass(frozen=True)
class Task:
    """A study to work on."""

    folder: str
    study_instance_uid: str
    work_key: str
    """Hash of what the work depends on: attempts at other work do not count."""
    job: bytes | None = None
    """All that a worker elsewhere needs; None for work that stays with who asks for it."""


@dataclass(frozen=True)
class Claim:
    """A study that a worker holds until its lease ends."""

    folder: str
    study_instance_uid: str
    work_key: str
    job: bytes | None
    attempt: int
    """Names the attempt; who holds another one has lost the study."""
    number: int
    """Which attempt it is, 1 = the first."""
    last: bool = False
    """Whether another failure puts the study into quarantine."""
    exhausted: bool = False
    """Whether the last attempt was lost with its worker: nothing is to be tried, only written down."""


@dataclass(frozen=True)
class Share:
    """The part ``number`` of ``of`` parts of the studies; numbers begin with 1."""

    number: int
    of: int


class WorkQueue:
    """The queue of an open store as one worker sees it; errors are those of the database (``StoreError``).

    Parameters
    ----------
    worker
        Names the worker: another one for every start of a process, so that two never take each other's claims.
    lease_s, max_attempts, back_off_s
        See :data:`LEASE_S`, :data:`MAX_ATTEMPTS`, :data:`BACK_OFF_S`.
    """

    def __init__(
        self,
        database: Database,
        *,
        worker: str,
        lease_s: float = LEASE_S,
        max_attempts: int = MAX_ATTEMPTS,
        back_off_s: float = BACK_OFF_S,
    ) -> None:
        self._database = database
        self._worker = worker
        self._lease_s = lease_s
        self._max_attempts = max_attempts
        self._back_off_s = back_off_s

    @property
    def lease_s(self) -> float:
        """How long a claim holds without being renewed, in seconds."""
        return self._lease_s

    def enqueue(self, tasks: Sequence[Task], *, run: str) -> int:
        """Put studies into the queue for ``run`` and return how many of them wait or are worked on.

        Doing it twice changes nothing. A study in quarantine stays there while its work is the same; one that is worked
        on keeps its worker, and comes again afterwards where its work changed meanwhile.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            return sum(self._enqueue(connection, task, run, now) for task in tasks)

    def claim(self, count: int = 1, *, share: Share | None = None, holding: Collection[int] = ()) -> list[Claim]:
        """Up to ``count`` studies for this worker, of its share.

        Whoever asks again after a lost answer gets the same: claims of this worker that are not among the attempts it
        is ``holding`` come first.
        """
        with self._database.writing() as connection:
            now = self._database.now(connection)
            held = select(*_COLUMNS).where(_C.state == State.CLAIMED, _C.worker == self._worker)
            if holding:
                held = held.where(_C.attempt.not_in(list(holding)))
            claims = [self._claim_of(row) for row in connection.execute(held.limit(count))]
            for ready, order in self._ready(now):
                if len(claims) < count:
                    query = (
                        select(*_COLUMNS)
                        .where(*ready, _C.job.is_not(None), *_of_share(share))
                        .order_by(*order)
                        .limit(count - len(claims))
                        .with_for_update(skip_locked=True)
                    )
                    claims += [self._begin(connection, row, now) for row in connection.execute(query).all()]
        return claims

    def begin(self, task: Task, *, run: str) -> Claim:
        """Claim one study for work that stays here; who held it before, in a run that is gone, has lost it."""
        with self._database.writing() as connection:
            now = self._database.now(connection)
            row = _row(connection, task.folder)
            if row is not None and row.state == State.CLAIMED:
                # Its run is gone, which may have been for any reason: that attempt does not count.
                _end_attempt(connection, row.attempt, now, "lost")
                _set(connection, task.folder, attempts=(row.attempts or 1) - 1, state=State.QUEUED)
            self._enqueue(connection, task, run, now, force=True)
            return self._begin(connection, _row(connection, task.folder), now)

    def renew(self, claims: Iterable[Claim]) -> set[int]:
        """Prolong the leases; returns the attempts that are still this worker's."""
        attempts = [claim.attempt for claim in claims]
        if not attempts:
            return set()
        mine = (_C.attempt.in_(attempts), _C.state == State.CLAIMED, _C.worker == self._worker)
        with self._database.writing() as connection:
            until = self._database.now(connection) + self._lease_s
            connection.execute(update(STUDIES).where(*mine).values(lease_until=until))
            return {row.attempt for row in connection.execute(select(_C.attempt).where(*mine))}

    def finish(
        self, claim: Claim, entry: Entry, listed: Listed | None = None, *, action: str, seconds: float = 0.0
    ) -> bool:
        """Write down that the study is done; False, and nothing written, when the claim was lost meanwhile."""
        return self._end(claim, State.DONE, "done", entry, listed, action, seconds)

    def fail(
        self,
        claim: Claim,
        entry: Entry,
        listed: Listed | None = None,
        *,
        code: str,
        action: str = "screened",
        seconds: float = 0.0,
    ) -> bool:
        """Write down a failed attempt: the study waits for the next one, or is quarantined after the last.

        False, and nothing written, when the claim was lost meanwhile.
        """
        over = claim.last or claim.exhausted
        state = State.QUARANTINED if over else State.QUEUED
        return self._end(claim, state, "lost" if claim.exhausted else "failed", entry, listed, action, seconds, code)

    def give_back(self, claims: Iterable[Claim]) -> int:
        """Put studies back that were not worked on to the end; it costs them no attempt. Returns their number."""
        given = 0
        with self._database.writing() as connection:
            now = self._database.now(connection)
            for claim in claims:
                row = _row(connection, claim.folder)
                if not _holds(row, claim):
                    continue
                given += 1
                _end_attempt(connection, claim.attempt, now, "given_back")
                attempts = row.attempts if claim.exhausted else max(0, row.attempts - 1)
                _set(connection, claim.folder, state=State.QUEUED, not_before=now, attempts=attempts, **_NOBODY)
        return given

    def open(self, *, run: str | None = None, share: Share | None = None) -> int:
        """Studies with a job that wait or are worked on: of one run, of a share, or all."""
        query = select(func.count()).where(_C.state.in_([State.QUEUED, State.CLAIMED]), _C.job.is_not(None))
        query = query.where(*_of_share(share), *(() if run is None else (_C.run == run,)))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def retry(self, folders: Collection[str] | None = None, *, codes: Collection[str] | None = None) -> int:
        """Let studies in quarantine be tried again; returns their number.

        Parameters
        ----------
        folders
            These alone; None: all.
        codes
            Only those that failed for one of these reasons; None: any.
        """
        meant = [_C.state == State.QUARANTINED]
        if folders is not None:
            meant.append(_C.folder.in_(list(folders)))
        if codes is not None:
            meant.append(_C.failure_code.in_(list(codes)))
        with self._database.writing() as connection:
            now = self._database.now(connection)
            with_job = update(STUDIES).where(*meant, _C.job.is_not(None))
            waiting = connection.execute(with_job.values(state=State.QUEUED, attempts=0, not_before=now))
            known = connection.execute(update(STUDIES).where(*meant).values(state=None, attempts=0))
            return waiting.rowcount + known.rowcount

    @staticmethod
    def _ready(now: float) -> tuple[tuple[tuple[ColumnElement[bool], ...], tuple[Any, ...]], ...]:
        """Conditions and order of what may be claimed: of lost workers first; each walks along an index."""
        return (
            ((_C.state == State.CLAIMED, _C.lease_until < now), (_C.lease_until,)),
            ((_C.state == State.QUEUED, _C.not_before <= now), (_C.queued_at, _C.folder)),
        )

    def _enqueue(self, connection: Connection, task: Task, run: str, now: float, *, force: bool = False) -> int:
        row = _row(connection, task.folder)
        same = row is not None and row.work_key == task.work_key
        if row is not None and same and row.state == State.QUARANTINED and not force:
            return 0
        values: dict[str, Any] = {"run": run, "work_key": task.work_key, "job": task.job}
        if row is None or row.state not in {State.QUEUED, State.CLAIMED}:
            values |= {"queued_at": now}
        if row is None or row.state != State.CLAIMED:
            waits = same and row.state == State.QUEUED
            values |= {"state": State.QUEUED, "not_before": row.not_before if waits else now, "ended": None}
        if row is None:
            shard = _shard(task.folder)
            named = {"folder": task.folder, "study_instance_uid": task.study_instance_uid}
            connection.execute(insert(STUDIES).values(**named, shard=shard, attempts=0, **values))
            return 1
        if not same or row.state == State.DONE:
            values |= {"attempts": 0}
        _set(connection, task.folder, shard=_shard(task.folder), **values)
        return 1

    def _begin(self, connection: Connection, row: Any, now: float) -> Claim:
        """Give the study of ``row``, which this transaction alone holds, to this worker."""
        attempts = row.attempts or 0
        if row.state == State.CLAIMED:
            _end_attempt(connection, row.attempt, now, "lost")
        exhausted = row.state == State.CLAIMED and attempts >= self._max_attempts
        number = attempts if exhausted else attempts + 1
        started = {"folder": row.folder, "number": number, "worker": self._worker, "started": now}
        (attempt,) = connection.execute(insert(ATTEMPTS), started).inserted_primary_key or (0,)
        _set(
            connection,
            row.folder,
            state=State.CLAIMED,
            worker=self._worker,
            attempt=attempt,
            attempts=number,
            lease_until=now + self._lease_s,
        )
        last = number >= self._max_attempts and not exhausted
        return Claim(row.folder, row.study_instance_uid, row.work_key, row.job, attempt, number, last, exhausted)

    def _claim_of(self, row: Any) -> Claim:
        last = row.attempts >= self._max_attempts
        return Claim(row.folder, row.study_instance_uid, row.work_key, row.job, row.attempt, row.attempts, last)

    def _end(
        self,
        claim: Claim,
        state: State,
        outcome: str,
        entry: Entry,
        listed: Listed | None,
        action: str,
        seconds: float,
        code: str | None = None,
    ) -> bool:
        with self._database.writing() as connection:
            row = _row(connection, claim.folder)
            if not _holds(row, claim):
                return False
            now = self._database.now(connection)
            _end_attempt(connection, claim.attempt, now, outcome, code=code, action=action, seconds=seconds)
            values: dict[str, Any] = {"state": state, "ended": now, "action": action, "seconds": seconds, **_NOBODY}
            if row.work_key != claim.work_key:  # other work was asked for meanwhile
                values |= {"state": State.QUEUED, "not_before": now, "attempts": 0, "ended": None}
            elif state == State.QUEUED:
                wait = min(MAX_BACK_OFF_S, self._back_off_s * 2.0 ** (claim.number - 1))
                values |= {"not_before": now + wait}
            elif state == State.DONE:
                values |= {"job": None}
            put_entry(connection, entry, listed, **values)
        return True


_ROW: Final = select(*_COLUMNS).where(_C.folder == bindparam("of")).with_for_update()
_UPDATE: Final = update(STUDIES).where(_C.folder == bindparam("of"))
_END: Final = update(ATTEMPTS).where(ATTEMPTS.c.id == bindparam("of"))

_NOBODY: Final[dict[str, Any]] = {"worker": None, "attempt": None, "lease_until": None}


def _row(connection: Connection, folder: str) -> Any:
    """The row of a study, which nobody else changes until the transaction ends; None where there is none."""
    return connection.execute(_ROW, {"of": folder}).one_or_none()


def _holds(row: Any, claim: Claim) -> bool:
    return row is not None and row.state == State.CLAIMED and row.attempt == claim.attempt


def _set(connection: Connection, folder: str, **values: Any) -> None:
    connection.execute(_UPDATE, {"of": folder, **values})


def _end_attempt(connection: Connection, attempt: int | None, now: float, outcome: str, **more: Any) -> None:
    connection.execute(_END, {"of": attempt, "ended": now, "outcome": outcome, **more})


def _of_share(share: Share | None) -> tuple[ColumnElement[bool], ...]:
    return () if share is None else (func.mod(_C.shard, share.of) == share.number - 1,)


def _shard(folder: str) -> int:
    return int(hashlib.sha256(folder.encode()).hexdigest()[:7], 16)
