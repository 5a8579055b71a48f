"""What the worklist page says of each study: the one place where its data are put together."""

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from vcfimg.recommendation.recommendation import Preference, Status
from vcfimg.reports.pages.page_environment import embedded
from vcfimg.reports.paths import THUMBNAIL
from vcfimg.reports.pictures.thumbnail import alternative_text
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.tables.worklist import Outdated, WorklistEntry, report_of
from vcfimg.reports.wording.decision_words import PREFERENCE, PRIORITY, STATUS, Phrase
from vcfimg.reports.wording.input_words import input_question
from vcfimg.reports.wording.question_list import question_lines

EMBEDDED: Final = 300
"""The first studies of the list hold their picture, so that the page can be sent alone; the others link theirs."""

OUTDATED: Final[dict[Outdated, str]] = {
    "not_in_this_run": "not in the input of this run",
    "not_finished": "not finished by this run, which was interrupted",
    "other_policy": "decided under another policy",
    "other_version": "decided by another version of vcfimg",
}
"""What a row says of itself that is not of the run that made the list."""


@dataclass(frozen=True)
class LevelLine:
    """One flagged level in the list."""

    name: str
    status: Phrase
    preference: Phrase
    would_be: Phrase | None
    loss_percent: float | None
    loss: str
    edema: str


@dataclass(frozen=True)
class StudyLine:
    """One study in the list."""

    rank: int
    entry: WorklistEntry
    priority: Phrase
    levels: tuple[LevelLine, ...]
    unflagged: str
    """What is said where no level is flagged."""
    questions: tuple[str, ...]
    outdated: str
    """In what the row is not of the run that made the list, and what it is of; empty where it is."""
    link: str | None
    thumbnail: str | None
    """Address of the picture: its data, or a file beside the page."""
    alt: str


def study_lines(ranked: Iterable[WorklistEntry], out_dir: Path) -> Iterator[StudyLine]:
    """A line for each study; ``out_dir`` holds the pages and pictures that were written."""
    for place, entry in enumerate(ranked, start=1):
        data = f"{entry.folder}/{RESULT_JSON}"
        address, alt = _thumbnail(entry, out_dir, embed=place <= EMBEDDED)
        yield StudyLine(
            rank=place,
            entry=entry,
            priority=PRIORITY[entry.priority.class_],
            levels=tuple(
                LevelLine(
                    name=level.level,
                    status=STATUS[Status(level.status)],
                    preference=PREFERENCE[Preference(level.preference)],
                    would_be=STATUS[Status(level.would_be)] if level.would_be else None,
                    loss_percent=level.loss_percent,
                    loss=level.loss_words,
                    edema=level.edema_words,
                )
                for level in entry.levels
            ),
            unflagged=_unflagged(entry),
            questions=tuple(question_lines(entry.questions)) or _missing(entry),
            outdated=_outdated(entry),
            link=report_of(entry, out_dir) or (data if os.path.isfile(os.path.join(out_dir, data)) else None),
            thumbnail=address,
            alt=alt,
        )


def _missing(entry: WorklistEntry) -> tuple[str, ...]:
    """What undecided levels of a result without questions miss; a decided level asks nothing."""
    undecided = [level for level in entry.levels if level.status == "INDETERMINATE"]
    return tuple(dict.fromkeys(input_question(path) for level in undecided for path in level.missing))


def list_data(lines: Iterable[StudyLine]) -> Iterator[Markup]:
    """JSON for ``worklist.js``, piece by piece; sentences stand once in ``texts``, named by their place there."""
    texts: dict[str, int] = {}

    def named(text: str) -> int:
        return texts.setdefault(text, len(texts))

    yield Markup('{"rows":[')
    for number, line in enumerate(lines):
        yield Markup("," if number else "") + embedded(_row(line, named))
    yield Markup('],"texts":') + embedded(list(texts)) + Markup("}")


def _row(line: StudyLine, named: Any) -> dict[str, Any]:
    entry, study = line.entry, line.entry.study
    measured = f"{entry.measured} of {entry.vertebrae} vertebrae measured"
    sure = f"level names {'confirmed' if entry.levels_confirmed else 'not confirmed'}"
    return {
        "rank": line.rank,
        "class": entry.priority.class_,
        "score": None if entry.priority.class_ == "unscreened" else round(entry.priority.score),
        "date": study.study_date,
        "accession": study.accession_number,
        "patient": study.patient_id,
        "uid": study.study_instance_uid,
        "about": named(f"{measured}; {sure}") if entry.status == "ok" else None,
        "outdated": named(line.outdated) if line.outdated else None,
        "failure": None if entry.failure is None else named(entry.failure.message),
        "reasons": [named(reason) for reason in entry.reasons],
        "levels": [
            {
                "name": level.name,
                "status": named(level.status.label),
                "tone": level.status.tone,
                "preference": named(level.preference.label),
                "side": level.preference.tone,
                "best": None if level.would_be is None else named(level.would_be.label),
                "percent": level.loss_percent,
                "loss": level.loss,
                "edema": named(level.edema),
            }
            for level in line.levels
        ],
        "unflagged": named(line.unflagged),
        "questions": [named(question) for question in line.questions],
        "link": line.link,
        "picture": line.thumbnail,
        "alt": line.alt,
    }


def _unflagged(entry: WorklistEntry) -> str:
    if entry.status != "ok" or not entry.measured:
        return "not assessed"
    return f"none flagged; {entry.coverage.gap}" if entry.coverage.gap else "none flagged"


def _outdated(entry: WorklistEntry) -> str:
    said = "; ".join(OUTDATED[code] for code in entry.outdated)
    if not said or entry.as_of is None:
        return said
    policy = f", {entry.policy.name} {entry.policy.version}" if entry.policy else ""
    return f"{said} (decided as of {entry.as_of}{policy}, vcfimg {entry.version})"


def _thumbnail(entry: WorklistEntry, out_dir: Path, *, embed: bool) -> tuple[str | None, str]:
    """Address and words of a picture; one that is not embedded is not opened."""
    address = f"{entry.folder}/{THUMBNAIL}"
    if not embed:
        return (address, "") if os.path.isfile(os.path.join(out_dir, address)) else (None, "")
    try:
        picture = (out_dir / address).read_bytes()
    except OSError:
        return None, ""
    return "data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii"), alternative_text(picture)
