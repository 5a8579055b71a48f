"""``index.html``: the ranked worklist of one run."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vcfimg.base import Note
from vcfimg.recommendation.advice.priority import CLASS_ORDER
from vcfimg.recommendation.recommendation import Preference, Status
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.pages.page_environment import environment
from vcfimg.reports.paths import THUMBNAIL
from vcfimg.reports.pictures.thumbnail import alternative_text
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.worklist import Outdated, WorklistEntry, report_of
from vcfimg.reports.wording.decision_words import PREFERENCE, PRIORITY, STATUS, Phrase
from vcfimg.reports.wording.input_words import input_question
from vcfimg.reports.wording.question_list import question_lines

THUMBNAILS: Final = 300
"""Only the first studies of the list show a picture, so that the page of a long run still opens."""

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
    loss: str
    edema: str


@dataclass(frozen=True)
class StudyLine:
    """One study in the list."""

    rank: int
    entry: WorklistEntry
    priority: Phrase
    levels: tuple[LevelLine, ...]
    questions: tuple[str, ...]
    missing: tuple[str, ...]
    link: str | None
    thumbnail: str | None
    alt: str


def write_index(
    ranked: Sequence[WorklistEntry],
    out_dir: Path,
    *,
    origin: ListOrigin,
    skipped_files: Mapping[str, int],
    problems: Sequence[Note],
) -> Path:
    """Write ``out_dir/index.html``, study by study; raises ``ReportError`` (``write_failed``)."""
    counts = {name: sum(entry.priority.class_ == name for entry in ranked) for name in CLASS_ORDER}
    stream = (
        environment()
        .get_template("index.html.j2")
        .stream(
            lines=_lines(ranked, out_dir),
            total=len(ranked),
            counts=[(name, PRIORITY[name], counts[name]) for name in CLASS_ORDER],
            failed=[entry for entry in ranked if entry.failure is not None],
            skipped_files=dict(sorted(skipped_files.items(), key=lambda item: (-item[1], item[0]))),
            problems=problems,
            origin=origin,
            made=origin.made.replace("T", " ").replace("+00:00", " UTC"),
            outdated=OUTDATED,
        )
    )
    path = out_dir / "index.html"
    with atomic_writer(path) as target:
        for part in stream:
            target.write(part.encode("utf-8", "backslashreplace"))
    return path


def _lines(ranked: Sequence[WorklistEntry], out_dir: Path) -> Iterator[StudyLine]:
    for place, entry in enumerate(ranked, start=1):
        picture = _picture(out_dir / entry.folder / THUMBNAIL) if place <= THUMBNAILS else None
        data = f"{entry.folder}/{RESULT_JSON}"
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
                    loss=level.loss_words,
                    edema=level.edema_words,
                )
                for level in entry.levels
            ),
            questions=tuple(question_lines(entry.questions)),
            missing=tuple(
                dict.fromkeys(input_question(path) for level in entry.levels for path in level.missing),
            ),
            link=report_of(entry, out_dir) or (data if (out_dir / data).is_file() else None),
            thumbnail="data:image/jpeg;base64," + base64.b64encode(picture).decode("ascii") if picture else None,
            alt=alternative_text(picture) if picture else "",
        )


def _picture(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
