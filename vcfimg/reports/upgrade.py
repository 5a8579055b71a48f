"""Older ``result.json`` documents lifted to the schema of this version, one pure step per version.

A key of ``result.json`` is renamed or removed only together with a step here and a stored result of the version before
under ``tests/reports/stored``.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from vcfimg.errors import ReportError
from vcfimg.series_id import series_key

Document = dict[str, Any]
"""A parsed ``result.json``."""


def lift(document: Document) -> Document:
    """The document as this version would have written it; one of this version is returned as it is.

    Raises
    ------
    ReportError
        ``result_too_new`` when a later version wrote it; ``result_invalid`` when it does not follow its own schema.
    """
    version = document.get("schema_version")
    if isinstance(version, str) and _is_newer(version):
        raise ReportError(
            "result_too_new",
            f"the result follows schema {version}, this version of vcfimg reads up to {NEWEST}: update vcfimg",
        )
    for before, after, step in STEPS:
        if document.get("schema_version") == before:
            try:
                document = {**step(document), "schema_version": after}
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                message = f"the result does not follow its own schema {before} ({type(error).__name__})"
                raise ReportError("result_invalid", message) from None
    return document


def _is_newer(version: str) -> bool:
    return bool(re.fullmatch(r"\d{1,4}\.\d{1,4}", version)) and _numbers(version) > _numbers(NEWEST)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


_READ_ON_SERIES: Final = ("by_series", "signals")


def _series_by_two_fields(document: Document) -> Document:
    """``uid#stack`` in one field becomes ``series_instance_uid`` and ``stack``."""
    listed = [
        {"series_instance_uid": item["series_instance_uid"], "stack": item.get("stack")} for item in document["series"]
    ]
    names = {series_key(**name): name for name in listed}

    def name_of(key: str) -> Document:
        uid, _, stack = key.partition("#")
        return names.get(key) or {"series_instance_uid": uid, "stack": stack or None}

    def of_series(item: Document) -> Document:
        return {**item, **name_of(item["series_instance_uid"])}

    def vertebra(item: Document) -> Document:
        measured_on = item.get("measured_on")
        lists: Document = {key: [of_series(one) for one in item[key]] for key in _READ_ON_SERIES if key in item}
        return {**item, **lists, "measured_on": None if measured_on is None else name_of(measured_on)}

    lifted = {**document, "vertebrae": [vertebra(item) for item in document["vertebrae"]]}
    raw = document.get("raw")
    if raw is not None:
        lifted["raw"] = {
            **raw,
            "reference_series": name_of(raw["reference_series"]),
            "vertebrae": [vertebra(item) for item in raw["vertebrae"]],
            "series": [of_series(item) for item in raw["series"]],
        }
    return lifted


def _typed_findings(document: Document) -> Document:
    """What stood in the sentences of a trace stands in fields: loss, edema, the gate and answer of each step."""
    recommendations = [
        {
            **item,
            "loss": _loss(item),
            "edema": _edema(item),
            "trace": [{**step, **_gate_and_answer(step)} for step in item.get("trace", ())],
        }
        for item in document.get("recommendations", ())
    ]
    notes = [{**note, "text": note["text"].removeprefix(_HEADING)} for note in document.get("notes", ())]
    return {**document, "recommendations": recommendations, "notes": notes}


_HEADING: Final = "Guidance disagreement: "
_ANSWERS: Final = {"true": True, "false": False}


def _gate_and_answer(step: Document) -> Document:
    gate = step["rule"].split(".")[0]
    if not re.fullmatch(r"G\d", gate):
        return {"gate": None, "answer": None}
    return {"gate": gate, "answer": _ANSWERS.get(step["outcome"].split("; ")[0])}


def _loss(item: Document) -> Document:
    step = _step(item, "preference.collapse")
    percent = _number(_value(step, "loss_percent"))
    if percent is None:
        return {"percent": None, "uncertainty": None, "origin": "unknown"}
    origin = _input(step, "loss_percent").get("from")
    return {
        "percent": percent,
        "uncertainty": _number(_value(step, "loss_uncertainty")),
        "origin": origin if origin in ("reader", "image") else "unknown",
    }


def _edema(item: Document) -> Document:
    step = _step(item, "G6.edema")
    answer, *remarks = step.get("outcome", "unknown").split("; ")
    reader, image = _truth(_value(step, "stir_edema")), _truth(_value(step, "image_edema"))
    origin = "reader" if reader is not None else "unknown" if image is None else "image"
    return {
        "answer": _ANSWERS.get(answer),
        "reader": reader,
        "image": image,
        "fraction": _number(_value(step, "edema_fraction")),
        "origin": origin,
        "remarks": remarks,
    }


def _step(item: Document, rule: str) -> Document:
    return next((step for step in item.get("trace", ()) if step["rule"] == rule), {})


def _input(step: Document, name: str) -> Document:
    # a stored trace is free-form: what does not have the engine's form is unknown
    entry = step.get("inputs", {}).get(name)
    return entry if isinstance(entry, dict) else {}


def _value(step: Document, name: str) -> Any:
    return _input(step, name).get("value")


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_note(warning: str | list[str]) -> Document:
    """``"code: sentence"``, a bare code or ``[code, sentence]`` as a note."""
    code, text = warning if isinstance(warning, list) else (warning.split(": ", 1) * 2)[:2]
    return {"code": code, "text": text, "kind": None}


def _warnings_as_notes(document: Document) -> Document:
    """Warnings of the images, of the count of levels and of the whole spine become notes."""
    levels, spine, raw = document["levels"], document["spine"], document.get("raw")
    lifted = {
        **document,
        "levels": {**levels, "warnings": [_as_note(one) for one in levels.get("warnings", ())]},
        "spine": {**spine, "notes": [_as_note(one) for one in spine.get("notes", ())]},
    }
    if raw is not None:
        lifted["raw"] = {**raw, "warnings": [_as_note(one) for one in raw.get("warnings", ())]}
    return lifted


def _to_1_1(document: Document) -> Document:
    return _typed_findings(_warnings_as_notes(_series_by_two_fields(document)))


STEPS: Final[tuple[tuple[str, str, Callable[[Document], Document]], ...]] = (("1.0", "1.1", _to_1_1),)
"""(schema before, schema after, step) in their order."""

NEWEST: Final = STEPS[-1][1]
"""The schema that this version writes."""
