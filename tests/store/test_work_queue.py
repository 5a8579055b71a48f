"""The queue on SQLite and on PostgreSQL."""

import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from vcfimg.store import Claim, Database, Entry, Share, Task, WorkQueue
from vcfimg.store.store_tables import ATTEMPTS, STUDIES

CLAIM_ALL = """
import sys, time
from vcfimg.store import Entry, WorkQueue, open_store
with open_store(sys.argv[1]) as database:
    queue = WorkQueue(database, worker=sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    while claims := queue.claim(int(sys.argv[3])):
        for claim in claims:
            entry = Entry(claim.folder, claim.folder, "i", "d", "2026-01-10", "ok")
            assert queue.finish(claim, entry, action="screened")
            print(claim.folder, flush=True)
"""


def queue_of(database: Database, worker: str = "one", **options: Any) -> WorkQueue:
    return WorkQueue(database, worker=worker, **{"back_off_s": 0.0, **options})


def tasks(count: int, work: str = "k") -> list[Task]:
    return [Task(f"1.2.{number}", f"1.2.{number}", work, b"job") for number in range(count)]


def entry(claim: Claim, status: str = "ok", **more: Any) -> Entry:
    return Entry(claim.folder, claim.study_instance_uid, "i", "d", "2026-01-10", status, **more)


def state(database: Database, folder: str = "1.2.0") -> tuple[Any, ...]:
    with database.reading() as connection:
        query = select(STUDIES.c.state, STUDIES.c.attempts).where(STUDIES.c.folder == folder)
        return tuple(connection.execute(query).one())


def outcomes(database: Database) -> list[str | None]:
    with database.reading() as connection:
        return [row.outcome for row in connection.execute(select(ATTEMPTS).order_by(ATTEMPTS.c.id))]


def test_two_processes_claim_every_study_once(database: Database, url: str) -> None:
    queue_of(database).enqueue(tasks(60), run="r")
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, url, f"w{number}", str(number + 1)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    said = [worker.communicate("go\n", timeout=60)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    assert Counter(one for several in said for one in several) == Counter(task.folder for task in tasks(60))
    assert outcomes(database) == ["done"] * 60


def test_question_asked_again_gets_the_same_answer(database: Database) -> None:
    queue = queue_of(database)
    queue.enqueue(tasks(3), run="r")
    first = queue.claim()
    assert queue.claim() == first  # the answer was lost
    second = queue.claim(holding=[first[0].attempt])
    assert second[0].folder != first[0].folder
    assert queue_of(database, "two").claim(3)[0].folder not in {first[0].folder, second[0].folder}
    assert outcomes(database) == [None] * 3


def test_enqueuing_twice_changes_nothing(database: Database) -> None:
    queue = queue_of(database)
    assert queue.enqueue(tasks(2), run="r") == 2
    (claim,) = queue.claim()
    assert queue.enqueue(tasks(2), run="r") == 2
    assert queue.finish(claim, entry(claim), action="screened")
    assert state(database) == ("done", 1)


def test_study_whose_work_changes_meanwhile_comes_again(database: Database) -> None:
    queue = queue_of(database)
    queue.enqueue(tasks(1), run="r")
    (claim,) = queue.claim()
    queue.enqueue(tasks(1, "other"), run="s")
    assert queue.finish(claim, entry(claim), action="screened")
    assert state(database) == ("queued", 0)
    (again,) = queue.claim()
    assert again.work_key == "other"


def test_lease_that_runs_out_gives_the_study_to_another(database: Database) -> None:
    slow, other = queue_of(database, "slow", lease_s=0.2), queue_of(database, "other")
    slow.enqueue(tasks(1), run="r")
    (lost,) = slow.claim()
    assert other.claim() == []
    time.sleep(0.3)
    (claim,) = other.claim()
    assert (claim.number, claim.last) == (2, False)
    assert not slow.finish(lost, entry(lost, "failed"), action="screened")
    assert slow.renew([lost]) == set()
    assert slow.give_back([lost]) == 0
    assert other.finish(claim, entry(claim), action="screened")
    assert outcomes(database) == ["lost", "done"]


def test_renewed_lease_holds(database: Database) -> None:
    slow = queue_of(database, "slow", lease_s=0.4)
    slow.enqueue(tasks(1), run="r")
    (claim,) = slow.claim()
    for _ in range(4):
        time.sleep(0.2)
        assert slow.renew([claim]) == {claim.attempt}
    assert queue_of(database, "other").claim() == []


def test_what_is_given_back_costs_nothing(database: Database) -> None:
    queue = queue_of(database)
    queue.enqueue(tasks(1), run="r")
    for _ in range(5):
        (claim,) = queue.claim()
        assert (claim.number, claim.last) == (1, False)
        assert queue.give_back([claim]) == 1
    assert state(database) == ("queued", 0)


def test_failures_end_in_quarantine_and_retry_begins_anew(database: Database) -> None:
    queue = queue_of(database)
    queue.enqueue(tasks(1), run="r")
    seen = []
    for _ in range(3):
        (claim,) = queue.claim()
        seen.append((claim.number, claim.last))
        failed = entry(claim, "failed", failure_code="worker_died", passing="worker_died")
        assert queue.fail(claim, failed, code="worker_died")
    assert seen == [(1, False), (2, False), (3, True)]
    assert state(database) == ("quarantined", 3)
    assert queue.claim() == []
    assert queue.enqueue(tasks(1), run="s") == 0
    assert queue.retry(codes=["timeout"]) == 0
    assert queue.retry(["1.2.0"]) == 1
    (claim,) = queue.claim()
    assert (claim.number, claim.job) == (1, b"job")


def test_other_work_leaves_quarantine(database: Database) -> None:
    queue = queue_of(database, max_attempts=1)
    queue.enqueue(tasks(1), run="r")
    (claim,) = queue.claim()
    assert claim.last
    queue.fail(claim, entry(claim, "failed"), code="timeout")
    assert queue.enqueue(tasks(1, "other"), run="s") == 1
    assert state(database) == ("queued", 0)


def test_workers_that_die_of_a_study_wear_it_out(database: Database) -> None:
    """The last of them cannot say so: whoever comes next writes it down, and does not try."""
    queue_of(database).enqueue(tasks(1), run="r")
    for number in (1, 2, 3):
        (claim,) = queue_of(database, f"w{number}", lease_s=0.0).claim()
        assert (claim.number, claim.exhausted) == (number, False)
        time.sleep(0.01)
    last = queue_of(database, "w4")
    (claim,) = last.claim()
    assert (claim.number, claim.last, claim.exhausted) == (3, False, True)
    assert last.fail(claim, entry(claim, "failed"), code="worker_died")
    assert state(database) == ("quarantined", 3)
    assert outcomes(database) == ["lost", "lost", "lost", "lost"]


def test_failure_waits_before_the_next_attempt(database: Database) -> None:
    queue = queue_of(database, back_off_s=0.3)
    queue.enqueue(tasks(1), run="r")
    (claim,) = queue.claim()
    queue.fail(claim, entry(claim, "failed"), code="timeout")
    assert queue.claim() == []
    time.sleep(0.35)
    assert len(queue.claim()) == 1


@pytest.mark.parametrize("of", [1, 2, 3])
def test_shares_are_all_studies_once(database: Database, of: int) -> None:
    queue = queue_of(database)
    queue.enqueue(tasks(30), run="r")
    shares = [
        {claim.folder for claim in queue_of(database, f"w{n}").claim(30, share=Share(n, of))} for n in range(1, of + 1)
    ]
    assert all(shares)
    assert sum(map(len, shares)) == 30
    assert set().union(*shares) == {task.folder for task in tasks(30)}
