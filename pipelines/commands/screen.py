"""``vcfimg screen``: measure, decide and report every study below the given folders."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.batch.process_end import signals_end_at_once
from pipelines.options import (
    AsOf,
    Attempts,
    Clinical,
    ForgetMissing,
    Inputs,
    Levels,
    LogJson,
    Out,
    Policy,
    Segmenter,
    Shared,
    SiteWords,
    StoreUrl,
    Timeout,
    Workers,
)
from pipelines.screen_options import ScreenOptions

Format = Annotated[
    str | None,
    typer.Option("--format", metavar="LIST", help="Output formats, separated by commas; default: all that ship."),
]
Dask = Annotated[
    str | None, typer.Option("--dask", metavar="ADDRESS", help="Dask scheduler whose workers do the work.")
]
Enqueue = Annotated[
    bool, typer.Option("--enqueue", help="With --store: only put the studies into the queue, for vcfimg worker.")
]


def interruptible(options: ScreenOptions) -> int:
    """Run the batch and return its exit status; a signal to end that comes before it has begun ends the program."""
    with signals_end_at_once(exits.INTERRUPTED):
        from pipelines.screen_run import run_screen

        return run_screen(options)


def screen(
    inputs: Inputs,
    out: Out,
    clinical: Clinical = None,
    levels: Levels = None,
    policy: Policy = None,
    as_of: AsOf = None,
    segmenter: Segmenter = None,
    site_words: SiteWords = None,
    workers: Workers = 0,
    format_: Format = None,
    timeout: Timeout = 600.0,
    forget_missing: ForgetMissing = False,
    log_json: LogJson = False,
    shared: Shared = False,
    dask: Dask = None,
    store: StoreUrl = None,
    enqueue: Enqueue = False,
    attempts: Attempts = 3,
) -> None:
    """Measure, decide and report every study below the given folders.

    A second run into the same folder leaves alone what has not changed, and only decides again where just the policy,
    the clinical facts, the corrections or the decision date changed.

    Exit status: 0 all screened; 1 some studies or records failed, each named with its reason in the output;
    2 unusable arguments or nothing usable at all.
    """
    if dask is not None and enqueue:
        exits.unusable("give --dask or --enqueue, not both")
    if enqueue and store is None:
        exits.unusable("--enqueue needs --store URL")
    options = ScreenOptions(
        inputs=tuple(inputs),
        out=out,
        clinical=clinical,
        levels=levels,
        policy=policy,
        as_of=as_of,
        segmenter=segmenter,
        site_words=site_words,
        workers=workers,
        format=format_,
        timeout_s=timeout,
        forget_missing=forget_missing,
        log_json=log_json,
        shared=shared,
        store=store,
        enqueue_only=enqueue,
        dask=dask,
        max_attempts=attempts,
    )
    status = interruptible(options)
    if not enqueue:
        typer.echo(f"Page: {out / 'index.html'}")
    raise typer.Exit(status)
