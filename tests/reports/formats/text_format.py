"""A writer from another package: one line of text per study, and one per series that was seen."""

import sys
from pathlib import Path

import pytest

MODULE = """
from vcfimg.reports.formats.writer import Writer


class TextWriter(Writer):
    format = "text"
    files = ("study.txt",)
    kept_files = ("seen.txt",)

    def keep(self, examination, folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "seen.txt").write_text("".join(f"{volume.role.label}\\n" for volume in examination.volumes))

    def write(self, result, folder):
        seen = folder / "seen.txt"
        lines = seen.read_text() if seen.is_file() else ""
        (folder / "study.txt").write_text(f"{result.status}\\n{lines}")
        return (folder / "study.txt",)
"""


def install_text_format(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package on the path that announces the format, as an installed one would."""
    site = folder / "site"
    info = site / "text_format-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "made_up_text_format.py").write_text(MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: text-format\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[vcfimg.writers]\ntext = made_up_text_format:TextWriter\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "made_up_text_format", raising=False)
