"""A study with its objects on disk, and the validators that judge them."""

import datetime
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom import dcmread

from tests.phantom_oracle import Phantom
from vcfimg.reports import keep, write
from vcfimg.result import ScreeningResult
from vcfimg.screening import examine
from vcfimg.screening.examination import Examination

FORMATS = ("seg", "sr", "sc", "gsps", "pdf", "fhir")
AS_OF = datetime.date(2026, 1, 10)


@dataclass(frozen=True)
class Written:
    """A study as examined, and the folder its files lie in."""

    examination: Examination
    out: Path
    folder: Path

    @property
    def result(self) -> ScreeningResult:
        return self.examination.result

    def read(self, name: str) -> Any:
        return dcmread(self.folder / name)


def write_objects(phantom: Phantom, out: Path) -> Written:
    seen = examine(phantom.folder, segmenter=phantom, as_of=AS_OF)
    assert keep(seen, out, formats=FORMATS) == ()
    write(seen.result, out, formats=FORMATS)
    return Written(seen, out, out / "studies" / seen.result.study.study_instance_uid)


def faults(path: Path) -> list[str]:
    """Lines of dciodvfy that report an error."""
    done = subprocess.run(["dciodvfy", "-new", str(path)], capture_output=True, text=True, check=False)
    return [line for line in done.stderr.splitlines() if line.startswith("Error")]
