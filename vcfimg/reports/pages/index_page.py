"""``index.html``: the ranked worklist of one run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from vcfimg.base import Note
from vcfimg.recommendation.advice.priority import CLASS_ORDER
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.pages.page_environment import environment
from vcfimg.reports.pages.study_lines import list_data, study_lines
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.listing import Census
from vcfimg.reports.tables.worklist import WorklistEntry
from vcfimg.reports.wording.decision_words import PRIORITY

WITHOUT_SCRIPTS: Final = 200
"""Studies that are shown where no script may run; all are in ``worklist.csv``."""


def write_index(
    ranked: Callable[[], Iterable[WorklistEntry]],
    out_dir: Path,
    *,
    census: Census,
    origin: ListOrigin,
    skipped_files: Mapping[str, int],
    problems: Sequence[Note],
) -> Path:
    """Write ``out_dir/index.html``; raises ``ReportError`` (``write_failed``).

    ``ranked`` gives the list from its first study each time it is called; ``census`` is counted over it.
    """
    stream = (
        environment()
        .get_template("index.html.j2")
        .stream(
            page="worklist",
            lines=list(islice(study_lines(ranked(), out_dir), WITHOUT_SCRIPTS)),
            list_data=list_data(study_lines(ranked(), out_dir)),
            total=census.total,
            counts=[(name, PRIORITY[name], census.by_class[name]) for name in CLASS_ORDER],
            failed=census.failed_first,
            failed_total=census.failed,
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
