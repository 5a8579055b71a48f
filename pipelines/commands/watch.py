"""``vcfimg watch``: screen the studies of a folder as they become complete."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines import exits
from pipelines.commands.rounds import seconds, stay
from pipelines.commands.screen import Format, interruptible
from pipelines.options import (
    AsOf,
    Clinical,
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

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="Folder into which studies arrive.")
]
Quiet = Annotated[str, typer.Option("--quiet", metavar="TIME", help="Nothing of a study came for so long: complete.")]
Require = Annotated[
    str | None,
    typer.Option("--require", metavar="ROLES", help="Contrasts a study waits for, such as t1,stir; up to --force."),
]
Force = Annotated[str, typer.Option("--force", metavar="TIME", help="Nothing came for so long: taken as it is.")]
Pause = Annotated[str, typer.Option("--every", metavar="TIME", help="Pause between two looks.")]
Once = Annotated[bool, typer.Option("--once", help="Look once and end.")]


def watch(
    folder: Folder,
    out: Out,
    quiet: Quiet = "60s",
    require: Require = None,
    force: Force = "90m",
    every: Pause = "30s",
    once: Once = False,
    clinical: Clinical = None,
    levels: Levels = None,
    policy: Policy = None,
    as_of: AsOf = None,
    segmenter: Segmenter = None,
    site_words: SiteWords = None,
    workers: Workers = 0,
    format_: Format = None,
    timeout: Timeout = 600.0,
    log_json: LogJson = False,
    shared: Shared = False,
    store: StoreUrl = None,
) -> None:
    """Screen the studies below a folder as they become complete, until the program is ended.

    What was done stands in the output folder: started again, it goes on where it was. A study to which images are added
    later is screened again.
    """
    from pipelines.sources.complete_studies import Completeness
    from pipelines.watched_folder import WatchedFolder
    from vcfimg.roles import Role

    try:
        roles = tuple(Role(one.strip()) for one in (require or "").split(",") if one.strip())
    except ValueError:
        exits.unusable(f"--require {require}: known are {', '.join(Role)}")
    completeness = Completeness(seconds("--quiet", quiet), roles, seconds("--force", force))
    options = ScreenOptions(
        inputs=(),
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
        log_json=log_json,
        shared=shared,
        store=store,
        origin=WatchedFolder(folder, completeness, workers, site_words),
    )
    stay(lambda: interruptible(options), None if once else seconds("--every", every))
