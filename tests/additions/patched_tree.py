"""A copy of the project with a patch of this folder applied, in which commands can be run."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]

PATCHES: Final = Path(__file__).parent

PRODUCT: Final = ("vcfimg", "pipelines")
"""The folders that an installation holds: files of these count, docs and tests do not."""

COPIED: Final = (*PRODUCT, "docs")

_TIMEOUT_S: Final = 300.0


@dataclass(frozen=True)
class PatchedTree:
    """A copy of the product folders after a patch; ``changed`` are the files it touched, new ones included."""

    folder: Path
    changed: tuple[str, ...]

    @property
    def product_files(self) -> tuple[str, ...]:
        """The touched files that an installation holds."""
        return tuple(name for name in self.changed if name.split("/")[0] in PRODUCT)

    def vcfimg(self, *arguments: str | Path, status: int = 0) -> str:
        """Run ``vcfimg ARGUMENTS`` of this copy; returns standard output. Any other exit status fails the test."""
        return self.python("-c", "from pipelines.cli import main; main()", *arguments, status=status)

    def python(self, *arguments: str | Path, status: int = 0) -> str:
        """Run the Python of the tests on this copy, as :meth:`vcfimg`."""
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def patched_tree(patch: str, folder: Path) -> PatchedTree:
    """Copy the product folders and their docs to ``folder`` and apply ``tests/additions/<patch>`` there.

    A patch that no longer applies fails the test. To refresh it, apply it to a clean checkout with
    ``git apply --3way tests/additions/<patch>`` (or ``--reject``), mend what does not fit, then
    ``git diff -U1 HEAD -- vcfimg pipelines docs > ../new.patch``, undo the change with ``git checkout HEAD -- .``
    and move the file to its place. New files need ``git add -N`` before the diff.
    """
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    _git(folder, "apply", "--whitespace=nowarn", str(PATCHES / patch))
    numbers = _git(folder, "apply", "--numstat", "-z", str(PATCHES / patch))
    changed = tuple(line.split("\t")[2] for line in numbers.split("\0") if line)
    return PatchedTree(folder, changed)


def _git(folder: Path, *arguments: str) -> str:
    """Run git as if ``folder`` lay in no repository: a patch is applied to the files alone."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
