"""``vcfimg worklist``: screen folders and print the ranked list with the reasons."""

from typing import Annotated

import typer

from pipelines import exits
from pipelines.commands.screen import Format, interruptible
from pipelines.options import (
    AsJson,
    AsOf,
    Clinical,
    ForgetMissing,
    Levels,
    LogJson,
    OptionalInputs,
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

DicomWeb = Annotated[
    str | None, typer.Option("--dicomweb", metavar="URL", help="Not available in this version.", hidden=True)
]
Mwl = Annotated[
    str | None, typer.Option("--mwl", metavar="AET@HOST:PORT", help="Not available in this version.", hidden=True)
]


def worklist(
    out: Out,
    inputs: OptionalInputs = None,
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
    as_json: AsJson = False,
    log_json: LogJson = False,
    shared: Shared = False,
    store: StoreUrl = None,
    dicomweb: DicomWeb = None,
    mwl: Mwl = None,
) -> None:
    """Screen the studies below the given folders and print them ranked, most pressing first, with the reasons.

    The rank is a proposal: it never replaces the order's own priority. Exit status as for screen.
    """
    if dicomweb is not None:
        exits.not_available("--dicomweb")
    if mwl is not None:
        exits.not_available("--mwl")
    if not inputs:
        exits.unusable("give at least one INPUT folder or file")
    from pipelines.commands.worklist_text import worklist_text

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
    )
    status = interruptible(options)
    document = (out / "worklist.json").read_text("utf-8")
    typer.echo(document.rstrip() if as_json else worklist_text(document))
    raise typer.Exit(status)
