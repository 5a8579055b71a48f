"""The results of ``sample_data``, stored to show when a commit changes them: ``python -m pipelines.sample_results``.

Without an option the samples are screened and compared with the stored results (exit status 1 when they differ);
``--write`` renews the stored ones. Sentences are left out: the codes and numbers beside them are held.
For maintainers, in a checkout.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pipelines.compare_results import ABSENT, compare, without_texts
from vcfimg import __version__
from vcfimg.reports.paths import STUDIES
from vcfimg.reports.result_file import RESULT_JSON

ROOT: Final = Path(__file__).parents[1]

SAMPLES: Final = ROOT / "sample_data"

STORED: Final = ROOT / "tests" / "pipelines" / "stored_results" / "sample_data.json"

AS_OF: Final = "2026-01-10"
"""Decision date of ``make demo``: the studies are dated 2026-01-02, and facts grow stale."""

RENEW: Final = "python -m pipelines.sample_results --write"

LEFT_OUT: Final = {"raw", "disclaimer", "clinical", "schema_version", "reviews"}
"""Keys of a result that are given, or show only in what is derived from them."""

VOLATILE: Final = {"started", "seconds", "version"}
"""Keys of ``provenance`` that change with every run or are stored once for all studies."""

DIGITS: Final = 3

TOLERANCES: Final = (("_mm", 0.02), ("_percent", 0.1), ("_deg", 0.1), ("loss_", 0.1), ("score", 0.2), ("", 0.01))
"""Part of a key and the largest difference of its numbers that counts as equal, the first that fits: processors add in
different orders."""

WIDTH: Final = 120
"""Characters of a line of the stored file."""

SHOWN: Final = 20
"""Differences that are named."""


def results_of(out: Path) -> dict[str, Any]:
    """What is stored of an output folder: the version, and each study with rounded numbers and without sentences."""
    paths = sorted((out / STUDIES).glob(f"*/{RESULT_JSON}"))
    return {"version": __version__, "studies": {path.parent.name: _kept(path) for path in paths}}


def complaints(stored: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the stored results, and what to do, in lines; nothing when they are those found."""
    studies = {name for document in (stored, found) for name in document["studies"]}
    differences = [
        difference
        for study in sorted(studies)
        for difference in compare(
            *(document["studies"].get(study, ABSENT) for document in (stored, found)),
            study=study,
            file=RESULT_JSON,
            tolerance=_tolerance,
        )
    ]
    version = found["version"]
    if stored["version"] != version:
        yield f"the stored results of sample_data are of version {stored['version']}, this is {version}: run {RENEW}"
    elif differences:
        yield f"results of sample_data changed under version {version}: raise __version__ and run {RENEW}"
    yield from (str(difference) for difference in differences[:SHOWN])
    if len(differences) > SHOWN:
        yield f"and {len(differences) - SHOWN} more differences"


def read_stored() -> dict[str, Any]:
    """The stored results."""
    document: dict[str, Any] = json.loads(STORED.read_text("utf-8"))
    return document


def screen_samples(out: Path, *others: Path, formats: str = "json") -> None:
    """Screen ``sample_data`` as ``make demo`` does, and the studies below ``others``, into ``out``."""
    from pipelines.screen_options import ScreenOptions
    from pipelines.screen_run import run_screen

    options = ScreenOptions(
        inputs=(SAMPLES, *others),
        out=out,
        clinical=SAMPLES / "clinical.json",
        levels=None,
        policy=None,
        as_of=AS_OF,
        segmenter=None,
        site_words=None,
        workers=0,
        format=formats,
        timeout_s=600.0,
        log_json=False,
    )
    run_screen(options)


def _kept(path: Path) -> Any:
    document = json.loads(path.read_text("utf-8"))
    kept = {key: value for key, value in document.items() if key not in LEFT_OUT}
    kept["provenance"] = {key: value for key, value in document["provenance"].items() if key not in VOLATILE}
    return _rounded(without_texts(kept))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def _tolerance(key: str) -> float:
    return next(tolerance for part, tolerance in TOLERANCES if part in key)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or renew, and return the exit status."""
    parser = argparse.ArgumentParser("pipelines.sample_results", description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the stored results")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vcfimg-samples-") as scratch:
        screen_samples(Path(scratch))
        found = results_of(Path(scratch))
    if given.write:
        STORED.parent.mkdir(parents=True, exist_ok=True)
        STORED.write_text(_lines(found) + "\n", "utf-8")
        print(f"{STORED} holds the results of version {__version__}")
        return 0
    told = list(complaints(read_stored(), found))
    print("\n".join(told) or f"results of sample_data are those stored for version {__version__}")
    return 1 if told else 0


def _lines(value: Any, indent: int = 0) -> str:
    """JSON with a line for each small object or list, so that a change is one line of a diff."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) + indent <= WIDTH:
        return flat
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_lines(item, indent + 1)}" for key, item in value.items()]
    else:
        items = [_lines(item, indent + 1) for item in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    inside = ",\n".join(" " * (indent + 1) + item for item in items)
    return f"{start}\n{inside}\n{' ' * indent}{end}"


if __name__ == "__main__":
    sys.exit(main())
