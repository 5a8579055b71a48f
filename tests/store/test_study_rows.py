"""What the store remembers of studies."""

import random

from vcfimg.store import Database, Entry, Listed, StudyRows
from vcfimg.store.study_rows import PAGE


def entry(folder: str, **more: str) -> Entry:
    return Entry(**{**dict.fromkeys(("images_key", "decision_key", "as_of", "status"), "x"), **more}, folder=folder,
                 study_instance_uid=folder)  # fmt: skip


def listed(folder: str, order: int = 0, score: float = 0.0, date: str = "") -> Listed:
    return Listed(folder, folder, "me", "s", "{}", "soon", order, score, date)


def test_entry_is_replaced_and_forgotten(database: Database) -> None:
    rows = StudyRows(database)
    rows.put([(entry("1.2", status="failed"), listed("1.2")), (entry("1.3"), None)])
    rows.put([(entry("1.2"), None)])
    found = rows.entry("1.2")
    assert found == (entry("1.2"), None)
    assert [one.folder for one in rows.by_folder()] == ["1.2"]
    rows.forget(["1.2"])
    assert rows.entry("1.2") is None
    assert list(rows.by_folder()) == []
    assert rows.entry("1.3") is not None


def test_rows_come_in_the_order_of_the_list_whatever_the_language_of_the_database(database: Database) -> None:
    rows = StudyRows(database)
    names = ["a", "B", "Z", "é", "1.10", "1.9", "_"]
    several = [listed(name, order, score, date) for name in names for order, score, date in ((0, 0.0, ""),)]
    several += [listed("x1", 1, 5.0, "2026-01-02"), listed("x2", 1, 5.0, ""), listed("x3", 1, 7.0, "2026-01-03")]
    random.Random(1).shuffle(several)
    rows.relist(several)
    assert [one.folder for one in rows.ranked()] == [*sorted(names), "x3", "x2", "x1"]
    assert [one.folder for one in rows.by_folder()] == sorted([*names, "x1", "x2", "x3"])


def test_pages_hold_every_row_once(database: Database) -> None:
    rows = StudyRows(database)
    names = [f"{number:05d}" for number in range(2 * PAGE + 1)]
    rows.relist([listed(name) for name in names])
    assert [folder for folder, _, _ in rows.listed_signatures()] == names
    rows.unlist(names[1:])
    assert [one.folder for one in rows.by_folder()] == names[:1]
    assert len(list(rows.listed_signatures())) == len(names)


def test_facts_are_replaced(database: Database) -> None:
    rows = StudyRows(database)
    assert rows.fact("out") is None
    rows.set_fact("out", "/a")
    rows.set_fact("out", "/b")
    assert rows.fact("out") == "/b"
