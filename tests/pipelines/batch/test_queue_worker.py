"""Workers on one queue, in processes of their own; studies that cost next to nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipelines.bench.tiny_studies import write_tiny
from tests import installed_segmenter, postgres
from tests.pipelines.batch.test_process_end import wait_for
from vcfimg.store import open_store, sqlite_url
from vcfimg.store.store_tables import ATTEMPTS, STUDIES

STUDIES_GIVEN = 5
KILLS = 2
"""The long form is ``pipelines.acceptance.killed_workers``."""
AS_OF = ("--as-of", "2026-01-10", "--format", "json")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny(folder, STUDIES_GIVEN)
    return folder


@dataclass
class Site:
    """An output folder, its store, and the programs that work there."""

    archive: Path
    folder: Path
    url: str
    environment: dict[str, str]

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def looks(self) -> Path:
        return self.folder / "looks"

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", "from pipelines.cli import main; main()", *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: object, status: int) -> str:
        process = self.start(*arguments)
        said, log = process.communicate(timeout=120)
        assert process.returncode == status, log
        return said + log

    def enqueue(self, status: int = 0) -> str:
        asked = ("--out", self.out, "--store", self.url, "--segmenter", installed_segmenter.NAME, "--enqueue", *AS_OF)
        return self.run("screen", self.archive, *asked, status=status)

    def worker(self, *options: object) -> "subprocess.Popen[str]":
        return self.start("worker", "--store", self.url, *options)

    def rows(self) -> list[Any]:
        with open_store(self.url) as database, database.reading() as connection:
            return list(connection.execute(select(STUDIES).order_by(STUDIES.c.folder)))

    def attempts(self) -> Counter[str | None]:
        with open_store(self.url) as database, database.reading() as connection:
            return Counter(row.outcome for row in connection.execute(select(ATTEMPTS)))

    def results(self) -> dict[str, Any]:
        """Each result without time."""
        found = {}
        for path in sorted(self.out.glob("studies/*/result.json")):
            document = json.loads(path.read_text("utf-8"))
            document["provenance"] |= {"started": "", "seconds": 0}
            found[path.parent.name] = document
        return found

    def listed(self) -> list[str]:
        document = json.loads((self.out / "worklist.json").read_text("utf-8"))
        return [one["study"]["study_instance_uid"] for one in document["studies"]]


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[postgres.Server]:
    with postgres.server() as running:
        yield running


def site_at(folder: Path, archive: Path, url: str) -> Site:
    looks = folder / "looks"
    looks.mkdir(parents=True)
    environment = installed_segmenter.install(folder / "site") | {installed_segmenter.LOOKS: str(looks)}
    return Site(archive, folder, url, environment)


@pytest.fixture
def site(archive: Path, tmp_path: Path) -> Site:
    return site_at(tmp_path, archive, sqlite_url(tmp_path / "queue.sqlite"))


@pytest.fixture(scope="module")
def undisturbed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The results of a run without any queue."""
    folder = tmp_path_factory.mktemp("undisturbed")
    alone = site_at(folder, archive, "")
    asked = ("--segmenter", installed_segmenter.NAME, "--workers", 2, *AS_OF)
    alone.run("screen", archive, "--out", alone.out, *asked, status=1)
    return alone.results()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_workers_killed_at_random_do_every_study_once(
    kind: str, archive: Path, tmp_path: Path, request: pytest.FixtureRequest, undisturbed: dict[str, Any]
) -> None:
    url = sqlite_url(tmp_path / "queue.sqlite")
    if kind == "postgresql":
        server: postgres.Server = request.getfixturevalue("postgres_server")
        url = server.database()
    site = site_at(tmp_path, archive, url)
    assert f"left to workers studies={STUDIES_GIVEN}" in site.enqueue()
    assert site.results() == {}
    (site.looks / "wait").write_text("0.8")
    chance = random.Random(5)
    options = ("--lease", 1, "--attempts", 50)
    workers = [site.worker(*options) for _ in range(2)]
    kills = 0
    while kills < KILLS:
        number = len(list(site.looks.glob("*.look")))
        wait_for("a look", lambda seen=number: len(list(site.looks.glob("*.look"))) > seen or _ended(workers))
        if _ended(workers):
            break
        time.sleep(chance.uniform(0.0, 0.3))
        which = chance.randrange(2)
        workers[which].kill()
        workers[which].communicate()
        kills += 1
        workers[which] = site.worker(*options)
    (site.looks / "wait").unlink()
    for worker in workers:
        _, log = worker.communicate(timeout=120)
        assert worker.returncode in (0, 1), log
    assert kills >= 1
    assert [row.state for row in site.rows()] == ["done"] * STUDIES_GIVEN
    assert site.attempts()["done"] == STUDIES_GIVEN  # each study once, whatever was lost on the way
    assert site.attempts()["failed"] == 0
    assert site.results() == undisturbed
    assert sorted(site.listed()) == sorted(undisturbed)
    assert all(row.job is None for row in site.rows())


def _ended(workers: list[Any]) -> bool:
    return any(worker.poll() is not None for worker in workers)


def test_run_with_a_store_works_beside_other_workers(site: Site, undisturbed: dict[str, Any]) -> None:
    """The studies of the run are done by whoever comes first; the run lists them all."""
    site.enqueue()
    (site.looks / "wait").write_text("12")  # the first study holds the helper until the run has come
    helper = site.worker()
    wait_for("the helper's look", lambda: bool(list(site.looks.glob("*.look"))))
    (site.looks / "wait").unlink()
    asked = ("--out", site.out, "--store", site.url, "--segmenter", installed_segmenter.NAME, "--workers", 1, *AS_OF)
    log = site.run("screen", site.archive, *asked, status=1)
    helper.communicate(timeout=60)
    assert f"status_failed={STUDIES_GIVEN}" in log
    assert site.results() == undisturbed
    assert site.attempts() == {"done": STUDIES_GIVEN}
    assert len({row.worker for row in _attempt_rows(site)}) == 2
    again = site.run("screen", site.archive, *asked, status=1)
    assert f"finished unchanged={STUDIES_GIVEN}" in again


def _attempt_rows(site: Site) -> list[Any]:
    with open_store(site.url) as database, database.reading() as connection:
        return list(connection.execute(select(ATTEMPTS)))


def test_sigterm_gives_the_study_back_at_once(site: Site) -> None:
    site.enqueue()
    (site.looks / "wait").write_text("60")
    worker = site.worker()
    wait_for("a look", lambda: bool(list(site.looks.glob("*.look"))))
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    _, log = worker.communicate(timeout=60)
    assert time.monotonic() - began < 30
    assert worker.returncode == 130
    assert "given back studies=1" in log
    assert Counter(row.state for row in site.rows()) == {"queued": STUDIES_GIVEN}
    assert all(row.attempts == 0 for row in site.rows())


def test_study_that_kills_its_workers_is_quarantined_and_tried_again_on_demand(site: Site, tmp_path: Path) -> None:
    only = tmp_path / "one"
    write_tiny(only, 1)
    site.archive = only
    site.enqueue()
    (site.looks / "kill").touch()
    log = site.run("worker", "--store", site.url, "--attempts", 1, status=1)
    assert "code=worker_died" in log
    (row,) = site.rows()
    assert (row.state, row.failure_code, row.attempts) == ("quarantined", "worker_died", 1)
    assert site.listed() == [row.study_instance_uid]
    assert "1 quarantined" in site.run("status", "--store", site.url, status=0)
    site.enqueue(status=1)  # the same work stays where it is
    assert [one.state for one in site.rows()] == ["quarantined"]
    (site.looks / "kill").unlink()
    assert "1 study will be tried again" in site.run("retry", "--store", site.url, "--reason", "worker_died", status=0)
    site.run("worker", "--store", site.url, status=1)
    (row,) = site.rows()
    assert (row.state, row.failure_code) == ("done", "no_vertebrae")


def test_lost_database_ends_the_worker_with_a_word(archive: Path, tmp_path: Path) -> None:
    with postgres.server() as server:
        site = site_at(tmp_path, archive, server.database())
        site.enqueue()
        (site.looks / "wait").write_text("2")
        worker = site.worker()
        wait_for("a look", lambda: bool(list(site.looks.glob("*.look"))))
        os.kill(server.process.pid, signal.SIGINT)
        _, log = worker.communicate(timeout=60)
    assert worker.returncode == 2
    assert "store_unreachable" in log
    assert "Traceback" not in log
