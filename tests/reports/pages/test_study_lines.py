"""What a row of the worklist page asks."""

from pathlib import Path

import pytest

from tests.reports import examples
from vcfimg.reports.pages.study_lines import study_lines
from vcfimg.reports.tables.worklist import worklist_entry


@pytest.mark.parametrize(("status", "asks"), [("NOT_INDICATED", False), ("INDETERMINATE", True)])
def test_a_decided_level_asks_nothing_whatever_it_misses(tmp_path: Path, status: str, asks: bool) -> None:
    entry = worklist_entry(examples.result())
    levels = tuple(
        level.model_copy(update={"status": status, "missing": ("levels.L1.escc",)}) for level in entry.levels
    )
    (line,) = study_lines([entry.model_copy(update={"levels": levels, "questions": ()})], tmp_path)
    assert bool(line.questions) is asks
