"""The ``vcfimg`` command: puts the commands together and turns errors into exit statuses."""

import sys
from typing import Annotated, NoReturn

import typer

from pipelines import exits
from pipelines.commands import (
    clinical,
    config,
    evaluate,
    explain,
    export,
    forget,
    inspect,
    node,
    pacs,
    phantom,
    policy,
    recommend,
    retract,
    retry,
    screen,
    status,
    watch,
    worker,
    worklist,
)
from pipelines.standard_streams import open_standard_streams, tell
from vcfimg import __version__
from vcfimg.errors import VcfimgError

app = typer.Typer(
    name="vcfimg",
    help="Measure vertebral height loss and STIR edema in spine MRI and flag BKP versus VP with the reasons.\n\n"
    "Research and education software, not a medical device.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("screen")(screen.screen)
app.command("worklist")(worklist.worklist)
app.command("inspect")(inspect.inspect)
app.command("recommend")(recommend.recommend)
app.command("explain")(explain.explain)
app.add_typer(policy.app, name="policy")
app.add_typer(clinical.app, name="clinical")
app.command("evaluate")(evaluate.evaluate)
app.command("retract")(retract.retract)
app.add_typer(pacs.app, name="pacs")
app.add_typer(config.app, name="config")
app.command("node")(node.node)
app.command("watch")(watch.watch)
app.command("worker")(worker.worker)
app.command("status")(status.status)
app.command("retry")(retry.retry)
app.command("export")(export.export)
app.command("forget")(forget.forget)
app.command("phantom")(phantom.phantom)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vcfimg {__version__}")
        raise typer.Exit(exits.ALL_WELL)


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the program itself; the work is done by the commands."""


def main() -> NoReturn:
    """Entry point of the ``vcfimg`` script."""
    open_standard_streams()
    try:
        _run()
    except SystemExit as end:
        exits.leave(end)


def _run() -> NoReturn:
    try:
        app()
    except VcfimgError as error:
        tell(f"Error: {error.message} [{error.code}]")
        sys.exit(exits.UNUSABLE)
    except KeyboardInterrupt:
        sys.exit(exits.INTERRUPTED)
    except Exception as error:  # noqa: BLE001  the last resort: no traceback, whose text could hold patient data
        from vcfimg.screening.failure import describe

        tell(f"Error: unexpected {describe(error)}")
        sys.exit(exits.SOME_FAILED)
    sys.exit(exits.ALL_WELL)
