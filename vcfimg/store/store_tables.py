"""The tables of the store; a change here needs a step in ``migrations/versions``."""

from enum import StrEnum
from typing import Final, cast

from sqlalchemy import BigInteger, Float, Index, Integer, LargeBinary, String, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA: Final = "0002"
"""The newest step of ``migrations/versions``."""


class State(StrEnum):
    """Where a study stands in the queue."""

    QUEUED = "queued"
    """Waits for a worker, at the earliest at ``not_before``."""
    CLAIMED = "claimed"
    """A worker has it until ``lease_until``."""
    DONE = "done"
    QUARANTINED = "quarantined"
    """Every attempt failed; it waits for ``vcfimg retry``, other images or another version."""


class Base(DeclarativeBase):
    """Base of the tables."""


class StudyRow(Base):
    """One study: what is remembered of its result, its place on the worklist, and its place in the queue."""

    __tablename__ = "studies"

    folder: Mapped[str] = mapped_column(String, primary_key=True)
    """Name of its folder below ``studies/``: the StudyInstanceUID, or its hash where that cannot be a name."""
    study_instance_uid: Mapped[str | None] = mapped_column(String)

    # Of its result, see Entry; unknown until there is one.
    images_key: Mapped[str | None] = mapped_column(String)
    decision_key: Mapped[str | None] = mapped_column(String)
    as_of: Mapped[str | None] = mapped_column(String)
    status: Mapped[str | None] = mapped_column(String)
    failure_stage: Mapped[str | None] = mapped_column(String)
    failure_code: Mapped[str | None] = mapped_column(String)
    passing: Mapped[str | None] = mapped_column(String)
    inputs_sha256: Mapped[str | None] = mapped_column(String)
    files_signature: Mapped[str | None] = mapped_column(String)
    scan_signature: Mapped[str | None] = mapped_column(String)
    result_signature: Mapped[str | None] = mapped_column(String)

    # Of its rows in the tables of the output folder.
    listed_by: Mapped[str | None] = mapped_column(String)
    """What made ``listing``: it is made again from ``result.json`` by another version."""
    listed_signature: Mapped[str | None] = mapped_column(String)
    """Size and time of the ``result.json`` that ``listing`` was made from."""
    listing: Mapped[str | None] = mapped_column(Text)
    """JSON of the rows; it holds patient ID, accession number and study date."""
    priority_class: Mapped[str | None] = mapped_column(String)
    priority_order: Mapped[int | None] = mapped_column(Integer)
    """Place of the class in the list, 0 = first."""
    priority_score: Mapped[float | None] = mapped_column(Float)
    study_date: Mapped[str | None] = mapped_column(String)

    # Of the work on it.
    state: Mapped[str | None] = mapped_column(String)
    job: Mapped[bytes | None] = mapped_column(LargeBinary)
    """All that a worker needs, see :mod:`pipelines.batch.job_text`; gone when the study is done."""
    work_key: Mapped[str | None] = mapped_column(String)
    """Hash of what the work depends on: attempts at other work do not count."""
    run: Mapped[str | None] = mapped_column(String)
    """Names the run that asked for it last."""
    shard: Mapped[int | None] = mapped_column(BigInteger)
    """Number from the hash of the folder's name, for workers that take their share of the studies only."""
    attempts: Mapped[int | None] = mapped_column(Integer)
    """Number of the attempts that count, the running one among them."""
    queued_at: Mapped[float | None] = mapped_column(Float)
    not_before: Mapped[float | None] = mapped_column(Float)
    worker: Mapped[str | None] = mapped_column(String)
    attempt: Mapped[int | None] = mapped_column(Integer)
    """The row of the running attempt: who holds it holds the study."""
    lease_until: Mapped[float | None] = mapped_column(Float)
    ended: Mapped[float | None] = mapped_column(Float)
    action: Mapped[str | None] = mapped_column(String)
    """What the last attempt did: screened, redecided, unchanged."""
    seconds: Mapped[float | None] = mapped_column(Float)

    __table_args__ = (
        Index("studies_by_state", "state", "queued_at", "folder"),
        Index("studies_by_run", "run", "ended"),
    )


class AttemptRow(Base):
    """One attempt at one study. Instants are seconds since 1970, UTC."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    folder: Mapped[str] = mapped_column(String, index=True)
    number: Mapped[int] = mapped_column(Integer)
    worker: Mapped[str] = mapped_column(String)
    started: Mapped[float] = mapped_column(Float)
    ended: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[str | None] = mapped_column(String)
    """None while it runs; ``done``, ``failed``, ``lost`` (its worker was not heard of), ``given_back``."""
    code: Mapped[str | None] = mapped_column(String)
    """Why it failed."""
    action: Mapped[str | None] = mapped_column(String)
    seconds: Mapped[float | None] = mapped_column(Float)


class FactRow(Base):
    """What the store knows of itself: ``schema``, ``made``, ``made_by``, ``out``."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(String, primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)


STUDIES: Final = cast(Table, StudyRow.__table__)
ATTEMPTS: Final = cast(Table, AttemptRow.__table__)
FACTS: Final = cast(Table, FactRow.__table__)
"""The same as plain tables: statements on these are made once, and cost a fraction of the time."""
