"""Workers of the queue on a Dask cluster: Dask launches them, the store keeps the record."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from vcfimg.errors import PeerError

CONNECT_S: Final = 10.0
"""How long the scheduler may take to answer."""

LEASE_S: Final = 30.0
"""After so long without a sign of a worker its studies go to others."""

POLL_S: Final = 1.0


class DaskWorkers:
    """Keeps a ``vcfimg worker`` running on every worker of a cluster.

    One that dies may leave its process running: either way the store gives each study to one only.

    Parameters
    ----------
    client
        A connected ``distributed.Client``.
    command
        What each of them runs, behind its own Python.
    """

    def __init__(self, client: Any, command: Sequence[str]) -> None:
        self._client = client
        self._command = tuple(command)
        self._tasks: dict[str, Any] = {}

    def work(self) -> Iterator[None]:
        """See that every worker is at it, and wait a moment; yields now and then.

        Raises
        ------
        PeerError
            ``scheduler_lost``.
        """
        live = self._live()
        for address in [one for one in self._tasks if one not in live]:
            self._drop(address)
        for address in live:
            task = self._tasks.get(address)
            if task is None or task.done():
                self._tasks[address] = self._client.submit(
                    run_command, self._command, workers=[address], allow_other_workers=False, pure=False, retries=0
                )
        time.sleep(POLL_S)
        yield None

    def end(self) -> None:
        """Launch nothing more; what runs ends when the queue is empty."""
        for address in list(self._tasks):
            self._drop(address)

    def _live(self) -> list[str]:
        if self._client.status != "running":
            raise PeerError(
                "scheduler_lost",
                "the Dask scheduler is gone; the studies wait in the store: run again, or start vcfimg worker",
            )
        try:
            return sorted(self._client.scheduler_info(n_workers=-1)["workers"])
        except OSError as error:
            raise PeerError("scheduler_lost", f"the Dask scheduler does not answer ({type(error).__name__})") from error

    def _drop(self, address: str) -> None:
        task = self._tasks.pop(address)
        with suppress(Exception):  # a scheduler that is gone has nothing to cancel
            task.cancel()


@contextmanager
def dask_workers(address: str, store_url: str, out: str) -> Iterator[DaskWorkers]:
    """Connect to a scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    PeerError
        ``dask_extra_missing``, ``scheduler_unreachable``.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise PeerError("dask_extra_missing", "distributed is not installed: pip install 'vcfimg[dask]'") from error
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PeerError("scheduler_unreachable", f"no Dask scheduler answers at {address}") from error
    command = ("-m", "vcfimg", "worker", "--store", store_url, "--out", out, "--lease", f"{LEASE_S:g}", "--log-json")
    workers = DaskWorkers(client, command)
    try:
        yield workers
    finally:
        workers.end()
        with suppress(Exception):
            client.close(timeout=2)


def run_command(command: Sequence[str]) -> int:
    """Run a command behind this Python to its end; its exit status.

    In a process of its own, since a study's time limit needs the main thread, which a Dask worker does not give.
    """
    return subprocess.run([sys.executable, *command], stdin=subprocess.DEVNULL, check=False).returncode
