"""``status``, ``retry`` and ``export`` on the store of an output folder."""

import csv
import datetime
import json
from pathlib import Path

import pytest

from pipelines.commands.store_export import STUDY_COLUMNS, _kind
from pipelines.commands.store_status import status_of
from tests.reports import examples
from vcfimg.reports import rebuild_tables, write
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.listed_study import ListedStudy
from vcfimg.reports.tables.run_scope import RunScope
from vcfimg.reports.tables.vertebra_rows import HEADER
from vcfimg.store import Entry, StudyRows, Task, WorkQueue, open_store, sqlite_url

QUARANTINED = "1.2.826.9.9"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder of four results, whose store also has one study in quarantine and one at work."""
    from pipelines.batch.output_listing import OutputListing

    folder = tmp_path / "out"
    for result in (examples.healthy(), examples.failed(), examples.result(), examples.no_stir()):
        write(result, folder, formats=("json",))
    (folder / ".vcfimg").mkdir()
    with open_store(sqlite_url(folder / ".vcfimg" / "index.sqlite")) as database:
        OutputListing(StudyRows(database), folder, ListOrigin.now(), RunScope()).renew()
        queue = WorkQueue(database, worker="host:1:a", max_attempts=1)
        queue.enqueue([Task(QUARANTINED, QUARANTINED, "k", b"job")], run="r")
        (claim,) = queue.claim()
        failed = Entry(QUARANTINED, QUARANTINED, "i", "d", "2026-01-10", "failed", failure_code="timeout")
        queue.fail(claim, failed, code="timeout", seconds=4.0)
        queue.enqueue([Task("1.2.3", "1.2.3", "k", b"job")], run="r")
        queue.claim()
    return folder


def test_status_tells_where_the_studies_stand(run, out: Path) -> None:
    text = run("status", "--out", out, "--disk").output
    assert "1 claimed, 4 known, 1 quarantined" in text
    assert f"Quarantined  {QUARANTINED}: timeout" in text
    assert "At work      1.2.3: attempt 1 by host:1:a since " in text
    size = sum(path.stat().st_size for path in (out / "studies").rglob("*") if path.is_file())
    assert f"{size / 1e6:.1f} MB" in text
    found = json.loads(run("status", "--out", out, "--json").output)
    assert (found["attempts"], found["seconds"]) == ({"failed": 1, "running": 1}, 4.0)
    assert found["output_bytes"] is None
    assert status_of(None, out, disk=True).output_bytes == size


def test_retry_frees_what_it_is_asked_for(run, out: Path) -> None:
    assert run("retry", "--out", out, "--reason", "worker_died").exit_code == 1
    assert run("retry", "--out", out, "--study", "1.2").exit_code == 1
    done = run("retry", "--out", out, "--study", QUARANTINED)
    assert (done.exit_code, done.output) == (0, "1 study will be tried again\n")
    assert "quarantined" not in run("status", "--out", out).output


@pytest.mark.parametrize("table", ["studies", "vertebrae", "attempts"])
def test_csv_and_parquet_hold_the_same(run, out: Path, tmp_path: Path, table: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    files = [tmp_path / f"{table}.{kind}" for kind in ("csv", "parquet")]
    for file in files:
        assert run("export", file, "--out", out, "--table", table).exit_code == 0
    with files[0].open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    read = parquet.read_table(files[1]).to_pylist()
    assert len(rows) == len(read) > 0
    assert list(rows[0]) == list(read[0])
    for row, other in zip(rows, read, strict=True):
        for name, value in other.items():
            if isinstance(value, bool):
                assert row[name] == str(value).lower()
            elif isinstance(value, int | float):
                assert float(row[name]) == pytest.approx(value, abs=1e-4)
            elif isinstance(value, str):
                assert row[name].lstrip("'") == value.lstrip("'")
            else:
                assert row[name] == ""


def test_export_of_vertebrae_is_the_summary(run, out: Path, tmp_path: Path) -> None:
    run("export", tmp_path / "a.csv", "--out", out, "--table", "vertebrae")
    rebuild_tables(out)
    assert (tmp_path / "a.csv").read_bytes() == (out / "summary.csv").read_bytes()


def test_kinds_of_columns_fit_what_the_tables_hold() -> None:
    """What would not fit raises only when the column is written, so every column is looked at here."""
    expected = {bool: "truth", int: "whole", float: "number", str: "text"}
    seen = {}
    for make in (examples.healthy, examples.failed, examples.result, examples.no_stir):
        for row in ListedStudy.of(make()).rows:
            seen |= {name: type(cell) for name, cell in zip(HEADER, row, strict=True) if cell is not None}
    assert len(seen) > 30
    wrong = {name: kind for name, kind in seen.items() if _kind(name) != expected[kind]}
    assert all(kind is int and _kind(name) == "number" for name, kind in wrong.items()), wrong
    assert {name for name in STUDY_COLUMNS if _kind(name) != "text"} == {"priority_score"}


@pytest.mark.parametrize("arguments", [(), ("--store", "sqlite://", "--out", "x"), ("--out", "nowhere")])
@pytest.mark.parametrize("command", ["status", "retry"])
def test_store_must_be_named_and_there(run, command: str, arguments: tuple[str, ...]) -> None:
    done = run(command, *arguments)
    assert done.exit_code == 2
    assert "[store_not_named]" in done.output or "[no_output_folder]" in done.output


def test_other_kinds_of_file_are_refused(run, out: Path, tmp_path: Path) -> None:
    done = run("export", tmp_path / "a.xlsx", "--out", out)
    assert done.exit_code == 2
    assert "format_not_available" in done.output


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "-1/2", "1/0"])
def test_shard_is_a_part_of_parts(run, shard: str) -> None:
    done = run("worker", "--store", "sqlite://", "--shard", shard)
    assert done.exit_code == 2
    assert "--shard" in done.output


def test_enqueue_needs_a_store(run, tmp_path: Path) -> None:
    assert "--enqueue needs --store" in run("screen", tmp_path, "--out", tmp_path / "out", "--enqueue").output


def test_rows_change_with_their_result(out: Path) -> None:
    """A result that somebody else wrote is read, and one that is gone is not listed."""
    from pipelines.batch.output_listing import OutputListing

    with open_store(sqlite_url(out / ".vcfimg" / "index.sqlite")) as database:
        rows = StudyRows(database)

        def listed() -> dict[str, str]:
            listing = OutputListing(rows, out, ListOrigin.now(as_of=datetime.date(2026, 1, 10)), RunScope())
            assert listing.renew() == []
            list(listing.summary_rows())
            return {entry.study.study_instance_uid: entry.priority.class_ for entry in listing.ranked()}

        before = listed()
        first, second = sorted(before)[:2]
        path = out / "studies" / first / RESULT_JSON
        document = json.loads(path.read_text("utf-8"))
        document["priority"]["class"] = "emergency"
        path.write_text(json.dumps(document))
        (out / "studies" / second / RESULT_JSON).unlink()
        after = listed()
    assert after == {**{uid: name for uid, name in before.items() if uid != second}, first: "emergency"}
