"""``vcfimg worklist``: screen what is to be read and print the ranked list with the reasons."""

import datetime
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pipelines import exits
from pipelines.archive_options import (
    BodyPart,
    Description,
    DicomWeb,
    Every,
    FirstDay,
    LastDay,
    Mwl,
    PeerName,
    ReadingList,
    SiteFile,
)
from pipelines.commands.rounds import seconds, stay
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
from vcfimg.errors import VcfimgError

if TYPE_CHECKING:
    from pipelines.archive_run import ArchiveRun
    from pipelines.site.site_config import SiteConfig


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
    config: SiteFile = None,
    peer: PeerName = None,
    first: FirstDay = None,
    last: LastDay = None,
    description: Description = None,
    body_part: BodyPart = None,
    reading_list: ReadingList = None,
    every: Every = None,
    mwl: Mwl = None,
) -> None:
    """Screen the studies of folders or of an archive and print them ranked, most pressing first, with the reasons.

    The rank is a proposal: it never replaces the order's own priority. Exit status as for screen.
    """
    pause = None if every is None else seconds("--every", every)
    if bool(inputs) == (dicomweb is not None or config is not None):
        exits.unusable("give INPUT folders or files, or an archive: --dicomweb URL, or --config FILE")
    archive = None
    if not inputs:
        site = _site(config)
        if mwl is not None and reading_list is not None:
            exits.unusable("give one reading list: --mwl or --csv")
        archive = _archive(site, dicomweb, peer, (first, last, description, body_part), reading_list, mwl)
        policy = policy or (str(site.policy) if site and site.policy else None)
    elif any((peer, first, last, description, body_part, reading_list, mwl)):
        exits.unusable("--peer, --from, --to, --description, --body-part, --csv and --mwl are for an archive")
    options = ScreenOptions(
        inputs=tuple(inputs or ()),
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
        origin=archive,
    )
    stay(lambda: _round(options, as_json=as_json), pause)


def _round(options: ScreenOptions, *, as_json: bool) -> int:
    from pipelines.commands.worklist_text import worklist_text

    status = interruptible(options)
    try:
        document = (options.out / "worklist.json").read_text("utf-8")
    except FileNotFoundError:
        typer.echo("No study matches.")
        return status
    typer.echo(document.rstrip() if as_json else worklist_text(document))
    return status


def _site(config: Path | None) -> "SiteConfig | None":
    if config is None:
        return None
    from pipelines.site.site_config import load_site

    try:
        return load_site(config)
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")


def _archive(
    site: "SiteConfig | None",
    url: str | None,
    peer: str | None,
    wanted: tuple[str | None, str | None, str | None, str | None],
    reading_list: Path | None,
    mwl: str | None,
) -> "ArchiveRun":
    from pipelines.archive_run import archive_of
    from pipelines.peers.peer import DimsePeer
    from pipelines.sources.reading_list import read_reading_list
    from pipelines.sources.study_query import StudyQuery

    first, last, description, body_part = wanted
    try:
        query = StudyQuery() if reading_list is None else read_reading_list(reading_list)
        query = replace(
            query, first=_day("--from", first), last=_day("--to", last), description=description, body_part=body_part
        )
        run = archive_of(site, url=url, name=peer, query=query)
        if mwl is None:
            return run
        title, host, port = _entity(mwl)
        return replace(run, scheduled_at=DimsePeer(title, host, port, title))
    except VcfimgError as error:
        exits.unusable(f"{error.message} [{error.code}]")


def _entity(text: str) -> tuple[str, str, int]:
    found = re.fullmatch(r"([A-Za-z0-9_. -]{1,16})@([A-Za-z0-9.:_-]+):(\d{1,5})", text)
    if found is None or not 0 < int(found[3]) < 65536:
        exits.unusable("--mwl: AET@HOST:PORT is needed")
    return found[1], found[2], int(found[3])


def _day(option: str, text: str | None) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        exits.unusable(f"{option} {text}: a date YYYY-MM-DD is needed")
