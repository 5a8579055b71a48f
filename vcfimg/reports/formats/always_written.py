"""Formats that every run writes, whether they are asked for or not."""

from pathlib import Path

from vcfimg.reports.formats.writer import Writer
from vcfimg.result import ScreeningResult


class AlwaysWritten(Writer):
    """A name for ``--format`` that adds nothing to what is written anyway.

    ``result.json`` is what a later run reads, and the tables that span studies are rebuilt from it.
    """

    def __init__(self, name: str) -> None:
        self.format = name

    def write(self, result: ScreeningResult, folder: Path) -> tuple[Path, ...]:
        """Nothing of its own."""
        return ()
