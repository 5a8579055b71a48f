"""Compares two output folders key by key: ``python -m pipelines.compare_results BEFORE AFTER``.

Both are lifted to the newest schema first, so that a renamed key is not a difference.

Exit status: 0 equal, 1 different, 2 unusable arguments. No difference that is printed names a patient.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from vcfimg.errors import ReportError
from vcfimg.reports.paths import STUDIES, study_folder_name
from vcfimg.reports.result_file import RESULT_JSON
from vcfimg.reports.upgrade import lift

SUMMARY: Final = "summary.csv"
WORKLIST: Final = "worklist.json"

ALL_STUDIES: Final = "all studies"
"""Stands for the study in a difference that belongs to none."""

CHANGES_WITH_EVERY_RUN: Final = frozenset(
    {
        (RESULT_JSON, "provenance.started"),
        (RESULT_JSON, "provenance.seconds"),
        (RESULT_JSON, "provenance.version"),
        (SUMMARY, "vcfimg_version"),
        (WORKLIST, "version"),
        (WORKLIST, "made"),
        (WORKLIST, "result"),
        (WORKLIST, "report"),
    }
)
"""(file, key) that says when, how fast, by which version and where to; never compared."""

TEXTS: Final = frozenset(
    {
        "bkp",
        "bkp_against",
        "conflict",
        "disclaimer",
        "evidence",
        "message",
        "notes",
        "outcome",
        "rationale",
        "reason",
        "reasons",
        "source",
        "text",
        "vp",
        "vp_against",
        "warnings",
    }
)
"""Keys that hold sentences. Some hold codes as well, which are told by having no space."""

PRIVATE: Final = frozenset({"patient_id", "accession_number", "study_date", "description", "problems", "age", "sex"})
"""Keys whose values may name a patient: compared, and never shown."""

IDENTITIES: Final = (
    ("id",),
    ("series_instance_uid", "stack"),
    ("vertebra_id",),
    ("rule",),
    ("from", "to"),
    ("level",),
    ("code",),
    ("kind",),
)
"""Keys that name an item of a list, the first that it has; items of both sides are matched by them."""

_NOT_A_NUMBER: Final = ("_uid", "_id", "_number", "_version", "_date")
"""Ends of the columns whose digits are a name."""

_CODE: Final = re.compile(r"[^\s:]+(?=: )")

SHOWN: Final = 160
"""Characters of one value that are printed."""


class _Absent:
    """A key that one side lacks."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT: Final = _Absent()

Tolerance = Callable[[str], float]
"""The largest difference of two numbers under a key that counts as equal."""


@dataclass(frozen=True)
class Difference:
    """One key that differs."""

    study: str
    """Folder name of the study (its UID), or :data:`ALL_STUDIES`."""
    key: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.study}: {self.key}: {_shown(self.before)} -> {_shown(self.after)}"


def compare_folders(
    before: Path, after: Path, *, tolerance: float = 0.0, ignore_texts: bool = False
) -> list[Difference]:
    """Every difference between two output folders.

    Parameters
    ----------
    tolerance
        The largest difference of two numbers, of any unit, that counts as equal.
    ignore_texts
        Set sentences aside; the codes beside them are compared.
    """
    found: list[Difference] = []
    for file, read in ((RESULT_JSON, _results), (SUMMARY, _summary), (WORKLIST, _worklist)):
        one, other = read(before), read(after)
        for study in sorted({*one, *other}):
            found += compare(
                one.get(study, ABSENT),
                other.get(study, ABSENT),
                study=study,
                file=file,
                tolerance=lambda key: tolerance,
                ignore_texts=ignore_texts,
            )
    return found


def compare(
    before: Any, after: Any, *, study: str, file: str, tolerance: Tolerance, ignore_texts: bool = False
) -> list[Difference]:
    """Every difference between two documents of one study; ``file`` stands before each key."""
    if ignore_texts:
        before, after = without_texts(before), without_texts(after)
    return [
        Difference(study, f"{file}: {key}" if key else file, _public(one, key), _public(other, key))
        for key, one, other in _differences(before, after, "", file, tolerance)
    ]


def without_texts(value: Any, name: str = "") -> Any:
    """The value without its sentences; of ``code: sentence`` the code stays."""
    if isinstance(value, dict):
        kept = {key: without_texts(item, key) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not ABSENT}
    if isinstance(value, list):
        return [item for item in (without_texts(item, name) for item in value) if item is not ABSENT]
    if name in TEXTS and isinstance(value, str) and " " in value:
        code = _CODE.match(value)
        return code.group() if code else ABSENT
    return value


def _differences(before: Any, after: Any, key: str, file: str, tolerance: Tolerance) -> Iterator[tuple[str, Any, Any]]:
    if (file, key) in CHANGES_WITH_EVERY_RUN:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            below = f"{key}.{name}" if key else name
            yield from _differences(before.get(name, ABSENT), after.get(name, ABSENT), below, file, tolerance)
    elif isinstance(before, list) and isinstance(after, list):
        one, other = _named(before, after)
        for name in dict.fromkeys((*one, *other)):
            yield from _differences(one.get(name, ABSENT), other.get(name, ABSENT), f"{key}[{name}]", file, tolerance)
        if list(one) != list(other) and one.keys() == other.keys():
            yield f"{key} (order)", list(one), list(other)
    elif not _equal(before, after, tolerance(key)):
        yield key, before, after


def _named(before: list[Any], after: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The items of both lists by name, or by place where their names do not tell them apart."""
    one, other = ({_identity(item): item for item in items} for items in (before, after))
    if len(one) == len(before) and len(other) == len(after) and None not in one and None not in other:
        return {str(name): item for name, item in one.items()}, {str(name): item for name, item in other.items()}
    return {str(i): item for i, item in enumerate(before)}, {str(i): item for i, item in enumerate(after)}


def _identity(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    for keys in IDENTITIES:
        values = [item.get(key) for key in keys]
        if values[0] is not None:
            return "#".join(str(value) for value in values if value is not None)
    return None


def _equal(before: Any, after: Any, tolerance: float) -> bool:
    if type(before) is bool or type(after) is bool:
        return before is after
    if isinstance(before, float | int) and isinstance(after, float | int):
        exact = isinstance(before, int) and isinstance(after, int)
        return before == after if exact else abs(before - after) <= tolerance
    return bool(before == after)


def _public(value: Any, key: str) -> Any:
    """The value without what may name a patient."""
    if value is not ABSENT and value is not None and PRIVATE & set(re.split(r"[.\[\]]+", key)):
        return "(not shown)"
    if isinstance(value, dict):
        return {name: _public(item, f"{key}.{name}") for name, item in value.items()}
    if isinstance(value, list):
        return [_public(item, key) for item in value]
    return value


def _results(out: Path) -> dict[str, Any]:
    """Study folder -> its ``result.json``."""
    return {path.parent.name: _lifted(_document(path)) for path in sorted((out / STUDIES).glob(f"*/{RESULT_JSON}"))}


def _lifted(document: dict[str, Any]) -> dict[str, Any]:
    try:
        return lift(document)
    except ReportError as error:
        return {"unreadable": error.code}


def _summary(out: Path) -> dict[str, Any]:
    """Study -> its rows of ``summary.csv``, by vertebra or level."""
    found: dict[str, Any] = {}
    try:
        with (out / SUMMARY).open(encoding="utf-8", newline="") as stream:
            rows = [_lifted_row(row) for row in csv.DictReader(stream)]
    except (OSError, UnicodeError, csv.Error):
        return {}
    for row in rows:
        own = found.setdefault(study_folder_name(str(row.pop("study_instance_uid", None))), {})
        own[f"vertebra {row.get('vertebra_id') or row.get('level') or len(own)}"] = {
            name: _cell(name, value) for name, value in row.items() if (SUMMARY, name) not in CHANGES_WITH_EVERY_RUN
        }
    return found


def _lifted_row(row: dict[str, str]) -> dict[str, str]:
    """A row of schema 1.0 named series by ``uid#stack`` in one column."""
    if "measured_on" in row and "measured_on_stack" not in row:
        uid, _, stack = row["measured_on"].partition("#")
        return {**row, "measured_on": uid, "measured_on_stack": stack}
    return row


def _cell(name: str, value: str) -> Any:
    try:
        return value if str(name).endswith(_NOT_A_NUMBER) else float(value)
    except (TypeError, ValueError):
        return value


def _worklist(out: Path) -> dict[str, Any]:
    """Study -> its entry of ``worklist.json``; the rest under :data:`ALL_STUDIES`."""
    if not (out / WORKLIST).exists():
        return {}
    document = _document(out / WORKLIST)
    entries = {study_folder_name(entry["study"]["study_instance_uid"]): entry for entry in document.pop("studies", [])}
    return {ALL_STUDIES: document, **entries}


def _document(path: Path) -> dict[str, Any]:
    """A JSON object; what cannot be read differs from all that can be."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        return {"unreadable": type(error).__name__}
    return document if isinstance(document, dict) else {"unreadable": "not an object"}


def _shown(value: Any) -> str:
    text = str(value) if value is ABSENT else json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= SHOWN else text[:SHOWN] + " …"


def _pattern(key: str) -> str:
    """The key without the names of list items."""
    return re.sub(r"\[[^\]]*\]", "[]", key)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pipelines.compare_results", description="Compare two output folders key by key.")
    parser.add_argument("before", type=Path, metavar="BEFORE", help="output folder of one run")
    parser.add_argument("after", type=Path, metavar="AFTER", help="output folder of another run")
    parser.add_argument(
        "--tolerance-mm",
        type=float,
        default=0.0,
        metavar="X",
        help="largest difference of two numbers that counts as equal, in mm or whatever their unit is (default 0)",
    )
    parser.add_argument("--ignore-texts", action="store_true", help="set changed sentences aside; codes are compared")
    parser.add_argument("--json", action="store_true", help="print the differences as JSON")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences and return the exit status."""
    parser = _parser()
    given = parser.parse_args(arguments)
    for folder in (given.before, given.after):
        if not any((folder / STUDIES).glob(f"*/{RESULT_JSON}")):
            parser.error(f"no {STUDIES}/*/{RESULT_JSON} below {folder}")
    if not 0 <= given.tolerance_mm < float("inf"):
        parser.error("--tolerance-mm must be 0 or more")
    found = compare_folders(given.before, given.after, tolerance=given.tolerance_mm, ignore_texts=given.ignore_texts)
    studies = sorted({*_results(given.before), *_results(given.after)})
    counts = Counter(_pattern(one.key) for one in found)
    (_print_json if given.json else _print_text)(found, counts, len(studies))
    return 1 if found else 0


def _print_text(found: Sequence[Difference], counts: Mapping[str, int], studies: int) -> None:
    for one in found:
        print(one)
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"{count:>6} x {key}")
    touched = len({one.study for one in found} - {ALL_STUDIES})
    print(f"{studies} studies compared, {touched} differ; {len(found)} differences")


def _print_json(found: Sequence[Difference], counts: Mapping[str, int], studies: int) -> None:
    rows = [
        {"study": one.study, "key": one.key}
        | {name: value for name, value in (("before", one.before), ("after", one.after)) if value is not ABSENT}
        for one in found
    ]
    document = {"equal": not found, "studies": studies, "counts": dict(counts), "differences": rows}
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    sys.exit(main())
