"""``vcfimg worker``: take studies from the queue of a store and screen them."""

import re
from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.batch.process_end import signals_end_at_once
from pipelines.options import MAX_WORKERS, Attempts, LogJson, finite

Store = Annotated[str, typer.Option("--store", metavar="URL", help="The store that vcfimg screen --store filled.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Output folder as this machine sees it; else as enqueued.")
]
Shard = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="Only part I of N of the studies, such as 2/4.")
]
Processes = Annotated[int, typer.Option("--workers", metavar="N", min=1, max=MAX_WORKERS, help="Processes.")]
Stay = Annotated[bool, typer.Option("--stay", help="Wait for more when nothing is left, instead of ending.")]
Lease = Annotated[
    float,
    typer.Option(
        "--lease",
        metavar="SECONDS",
        min=1,
        max=86400,
        callback=finite,
        help="After so long without a sign of this worker its studies go to others.",
    ),
]


def worker(
    store: Store,
    out: Out = None,
    shard: Shard = None,
    workers: Processes = 1,
    stay: Stay = False,
    attempts: Attempts = 3,
    lease: Lease = 120.0,
    log_json: LogJson = False,
) -> None:
    """Take studies from the queue of a store and screen them, on as many machines as there are.

    It keeps nothing of its own: killed at any moment, its studies go to others. SIGTERM and Ctrl-C give them back at
    once. It ends when nothing of its share is left, and whoever did the last study writes the tables.

    Exit status: 0 all screened; 1 some failed, each named with its reason in the output; 2 the store or the output
    folder cannot be used; 130 interrupted.
    """
    share = None if shard is None else _share(shard)
    with signals_end_at_once(exits.INTERRUPTED):
        from pipelines.worker_run import WorkerOptions, run_worker

        options = WorkerOptions(
            store=store,
            out=out,
            share=share,
            workers=workers,
            stay=stay,
            max_attempts=attempts,
            lease_s=lease,
            log_json=log_json,
        )
        status = run_worker(options)
    raise typer.Exit(status)


def _share(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text, re.ASCII)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of:
        exits.unusable(f"--shard must be like 2/4, from 1/N to N/N, got {text!r}")
    return number, of
