"""A PostgreSQL server of its own for tests: on a socket in a folder, without any network."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count(1)


def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres``; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    which = shutil.which("initdb")
    return Path(which).parent if which else None


class Server:
    """A running server; :meth:`database` makes an empty one in it."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.folder = folder
        self.process = process

    def database(self) -> str:
        """The URL of a new database."""
        from sqlalchemy import create_engine

        name = f"store{next(_NUMBERS)}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://vcf@/{name}?host={self.folder}"


@contextmanager
def server() -> Iterator[Server]:
    """Start a server and end it; skips where there is none, and fails there in CI."""
    found = programs()
    if found is None:
        reason = "PostgreSQL is not installed (Debian package postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="vcfpg"))
    as_postgres = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    if as_postgres:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    try:
        options = ["-D", str(data), "-A", "trust", "-U", "vcf", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run([str(found / "initdb"), *options], check=True, **quiet, **as_postgres)  # type: ignore[call-overload]
        settings = [f"unix_socket_directories={folder}", "listen_addresses=", "fsync=off", "max_connections=60"]
        command = [str(found / "postgres"), "-D", str(data), *(word for one in settings for word in ("-c", one))]
        process = subprocess.Popen(command, **quiet, **as_postgres)  # type: ignore[call-overload]
        try:
            _wait(folder, process)
            yield Server(folder, process)
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(f"host={folder} user=vcf dbname=postgres").close()
        except psycopg.OperationalError:
            assert process.poll() is None, "PostgreSQL did not start"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("PostgreSQL does not answer")
