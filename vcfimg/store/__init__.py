"""What is done with each study, on SQLite or PostgreSQL: the memory of a batch, and the queue of its workers.

``open_store`` gives a ``Database``; ``StudyRows`` and ``WorkQueue`` are what is done with one. They are imported on
first use, so that a process that only hands on an ``Entry`` loads no SQLAlchemy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vcfimg.store.entry import Entry, Listed

if TYPE_CHECKING:
    from vcfimg.store.database import Database, sqlite_url
    from vcfimg.store.opening import open_store
    from vcfimg.store.store_tables import SCHEMA, State
    from vcfimg.store.study_rows import StudyRows
    from vcfimg.store.work_queue import Claim, Share, Task, WorkQueue

_HOMES = {
    "SCHEMA": "store_tables",
    "Claim": "work_queue",
    "Database": "database",
    "Share": "work_queue",
    "State": "store_tables",
    "StudyRows": "study_rows",
    "Task": "work_queue",
    "WorkQueue": "work_queue",
    "open_store": "opening",
    "sqlite_url": "database",
}

__all__ = [
    "SCHEMA",
    "Claim",
    "Database",
    "Entry",
    "Listed",
    "Share",
    "State",
    "StudyRows",
    "Task",
    "WorkQueue",
    "open_store",
    "sqlite_url",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"vcfimg.store.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
