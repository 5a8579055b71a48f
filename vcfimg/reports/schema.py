"""The JSON Schema of ``result.json``, generated from the value objects and shipped beside this file.

``write_shipped()`` rewrites the shipped copy after a value object has changed.
"""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from vcfimg.errors import ReportError
from vcfimg.result import ScreeningResult

SCHEMA_FILE: Final = "result.schema.json"


def generate() -> dict[str, Any]:
    """The schema as the value objects stand now (JSON Schema 2020-12, as serialised)."""
    body = ScreeningResult.model_json_schema(by_alias=True, mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vcfimg screening result",
        "description": "One study, screened. null means unknown; unknown is never written as 0 or false.",
    }
    return head | {key: value for key, value in body.items() if key not in head}


def schema() -> dict[str, Any]:
    """The shipped schema of ``result.json``."""
    text = resources.files("vcfimg.reports").joinpath(SCHEMA_FILE).read_text("utf-8")
    return cast("dict[str, Any]", json.loads(text))


def validate(document: Mapping[str, Any]) -> ScreeningResult:
    """Check a parsed ``result.json`` and return it as a value object.

    Raises
    ------
    ReportError
        ``result_invalid``, naming every key that does not fit.
    """
    try:
        return ScreeningResult.model_validate_json(json.dumps(document))
    except ValidationError as error:
        found = [
            f"{'.'.join(str(part) for part in item['loc']) or 'the document'}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise ReportError("result_invalid", "; ".join(found)) from None


def write_shipped() -> None:
    """Write the shipped copy (for maintainers, in a checkout)."""
    target = Path(__file__).with_name(SCHEMA_FILE)
    target.write_text(json.dumps(generate(), indent=1, ensure_ascii=False) + "\n", "utf-8")
