"""``vcfimg node``: a storage node that screens what it is sent."""

import time
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipelines import exits
from pipelines.batch.process_end import signals_as_interrupt
from pipelines.commands.config import SiteArgument, loaded
from pipelines.commands.screen import Format, interruptible
from pipelines.log import log_event, set_up_logging
from pipelines.options import Clinical, LogJson, Segmenter, Shared, Workers
from pipelines.screen_options import ScreenOptions
from vcfimg.errors import VcfimgError

if TYPE_CHECKING:
    from pipelines.node.node_origin import NodeOrigin

LOOK_AT_LEAST_EVERY_S: Final = 30.0
"""Pause between two looks while studies wait or results are unsent."""

SHORTEST_PAUSE_S: Final = 1.0

For = Annotated[
    float | None, typer.Option("--for", metavar="SECONDS", min=0, help="End after this time; default: stay.")
]


def node(
    config: SiteArgument,
    clinical: Clinical = None,
    segmenter: Segmenter = None,
    workers: Workers = 2,
    format_: Format = "json,csv,html,seg,sr,sc",
    log_json: LogJson = False,
    shared: Shared = False,
    lasting: For = None,
) -> None:
    """Take studies by C-STORE, screen each when it is complete, and send the results to the node's destinations.

    What was received and what was done lies in the output folder: started again, the node goes on where it was.
    """
    set_up_logging(as_json=log_json)
    site = loaded(config)
    if site.node is None:
        exits.unusable("the configuration has no [node] [site_invalid]")
    try:
        from pipelines.peers.extra import need_hospital

        need_hospital()
        from pipelines.archive_run import Sender, open_spool
        from pipelines.batch.job import PRIVATE
        from pipelines.node.node_origin import NodeOrigin
        from pipelines.node.receiver import receiving
        from pipelines.private_files import private_files
        from pipelines.sources.complete_studies import Completeness

        settings = site.node
        destinations = tuple(site.peer(name) for name in settings.destinations)
        completeness = Completeness(settings.quiet_s, settings.required_roles, settings.force_s)
        pause = max(SHORTEST_PAUSE_S, min(LOOK_AT_LEAST_EVERY_S, settings.quiet_s / 4))
        with private_files(shared=shared), signals_as_interrupt():
            (settings.out / PRIVATE).mkdir(parents=True, exist_ok=True)
            spool = open_spool(settings.out / PRIVATE, site.spool)
            for name in spool.studies():
                spool.hold(name)
            origin = NodeOrigin(spool, completeness, Sender(destinations))
            options = ScreenOptions(
                inputs=(),
                out=settings.out,
                clinical=clinical,
                levels=None,
                policy=None if site.policy is None else str(site.policy),
                as_of=None,
                segmenter=segmenter,
                site_words=None,
                # Never in this process, which must go on receiving.
                workers=max(2, workers),
                format=format_,
                timeout_s=600.0,
                log_json=log_json,
                shared=shared,
                origin=origin,
            )
            with receiving(settings, spool) as port:
                log_event("listening", host=settings.host, port=port, ae_title=settings.ae_title)
                _serve(origin, options, pause, None if lasting is None else time.monotonic() + lasting)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")


def _serve(origin: "NodeOrigin", options: ScreenOptions, pause: float, until: float | None) -> None:
    """Look, screen and send, as long as there is something new, something that waits, or something unsent."""
    seen = -1
    while until is None or time.monotonic() < until:
        count = origin.spool.count
        if count != seen or origin.waiting or origin.unsent:
            try:
                interruptible(options)
            except typer.Exit:
                log_event("round failed")  # said in full by the round itself; the next one tries again
            else:
                seen = count
        time.sleep(pause)
