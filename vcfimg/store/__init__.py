"""What is done with each study, on SQLite or PostgreSQL: the memory of a batch, and the queue of its workers.

``open_store`` gives a :class:`Database`; :class:`StudyRows` and :class:`WorkQueue` are what is done with one.
"""

from vcfimg.store.database import Database, sqlite_url
from vcfimg.store.entry import Entry
from vcfimg.store.opening import open_store
from vcfimg.store.store_tables import SCHEMA, State
from vcfimg.store.study_rows import Listed, StudyRows
from vcfimg.store.work_queue import Claim, Share, Task, WorkQueue

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
