"""``index.html``: the ranked worklist of one run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from vcfimg.base import Note
from vcfimg.recommendation.advice.priority import CLASS_ORDER
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.pages.page_environment import environment
from vcfimg.reports.pages.study_lines import list_data, study_lines
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.worklist import WorklistEntry
from vcfimg.reports.wording.decision_words import PRIORITY

WITHOUT_SCRIPTS: Final = 200
"""Studies that are shown where no script may run; all are in ``worklist.csv``."""


def write_index(
    ranked: Sequence[WorklistEntry],
    out_dir: Path,
    *,
    origin: ListOrigin,
    skipped_files: Mapping[str, int],
    problems: Sequence[Note],
) -> Path:
    """Write ``out_dir/index.html``; raises ``ReportError`` (``write_failed``)."""
    counts = {name: sum(entry.priority.class_ == name for entry in ranked) for name in CLASS_ORDER}
    lines = list(study_lines(ranked, out_dir))
    stream = (
        environment()
        .get_template("index.html.j2")
        .stream(
            page="worklist",
            lines=lines[:WITHOUT_SCRIPTS],
            list_data=list_data(lines),
            total=len(ranked),
            counts=[(name, PRIORITY[name], counts[name]) for name in CLASS_ORDER],
            failed=[entry for entry in ranked if entry.failure is not None],
            skipped_files=dict(sorted(skipped_files.items(), key=lambda item: (-item[1], item[0]))),
            problems=problems,
            origin=origin,
            made=origin.made.replace("T", " ").replace("+00:00", " UTC"),
        )
    )
    path = out_dir / "index.html"
    with atomic_writer(path) as target:
        for part in stream:
            target.write(part.encode("utf-8", "backslashreplace"))
    return path
