"""``worklist.json`` written study by study, so that memory does not grow with the list."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final

from pydantic_core import to_json

from vcfimg.reports.tables.worklist import WorklistEntry, study_document

_EMPTY: Final = '\n "studies": []'


def write_document(stream: BinaryIO, document: dict[str, Any], ranked: Iterable[WorklistEntry], out_dir: Path) -> None:
    """Write ``document`` (:func:`vcfimg.reports.tables.worklist.worklist_document` of no study) with these studies."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    # A line break followed by this key stands nowhere else: within a text it would be escaped.
    head, tail = text.split(_EMPTY)
    stream.write(_encoded(head))
    comma = '\n "studies": ['
    for place, entry in enumerate(ranked, start=1):
        study = to_json(study_document(place, entry, out_dir), indent=1)
        stream.write(_encoded(f"{comma}\n  ") + study.replace(b"\n", b"\n  "))
        comma = ","
    stream.write(_encoded(("\n ]" if comma == "," else _EMPTY) + tail + "\n"))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
