"""``report.html``: one study on one page."""

import json
from pathlib import Path
from typing import Any

from vcfimg.errors import ClinicalInputError
from vcfimg.policy import load_policy
from vcfimg.recommendation.advice.guidance import is_guidance
from vcfimg.reports.atomic import atomic_writer
from vcfimg.reports.explain.explanation import case_of
from vcfimg.reports.explain.what_if import Case
from vcfimg.reports.pages.height_chart import height_charts
from vcfimg.reports.pages.page_environment import environment
from vcfimg.reports.pages.verdict import verdicts
from vcfimg.reports.pages.viewer_data import OVERLAYS, picture_notes, viewer_data
from vcfimg.reports.paths import REPORT_HTML
from vcfimg.reports.pictures.drawing import drawings, legend
from vcfimg.reports.pictures.figure_store import Pictures
from vcfimg.reports.tables.worklist import reasons_beside
from vcfimg.reports.wording.decision_words import PRIORITY
from vcfimg.reports.wording.input_words import input_noun, value_words
from vcfimg.reports.wording.page_words import COUNTED_BRIEFLY, COUNTED_FROM, DISCLAIMER, SUPINE_CAVEAT
from vcfimg.reports.wording.seen_levels import Coverage, seen_words
from vcfimg.reports.wording.vertebra_names import vertebra_flag, vertebra_name
from vcfimg.result import ScreeningResult


def write_study_page(result: ScreeningResult, folder: Path, pictures: Pictures) -> Path:
    """Write ``folder/report.html``; raises ``ReportError`` (``write_failed``)."""
    stream = environment().get_template("study.html.j2").stream(**context(result, pictures))
    path = folder / REPORT_HTML
    with atomic_writer(path) as target:
        for part in stream:
            target.write(part.encode("utf-8", "backslashreplace"))
    return path


def context(result: ScreeningResult, pictures: Pictures) -> dict[str, Any]:
    """What the template is given."""
    found = verdicts(result, _case(result))
    guidance = {(note.code, note.text): note for note in (*result.notes, *(n for v in found for n in v.guidance))}
    names = {vertebra.id: vertebra_name(vertebra) for vertebra in result.vertebrae}
    rows = sorted(result.vertebrae, key=lambda vertebra: vertebra.order)
    roles = {item.series_id: item.role.heading for item in result.series}
    drawn = drawings(result, pictures.figures)
    return {
        "page": "study",
        "viewer": viewer_data(result, pictures.stacks, found),
        "overlays": OVERLAYS,
        "picture_notes": picture_notes(pictures.stacks),
        "charts": height_charts(result.vertebrae),
        "seen": seen_words(result.vertebrae),
        "counted_briefly": COUNTED_BRIEFLY[result.levels.counted_from],
        "screened": result.provenance.started[:16].replace("T", " "),
        "result": result,
        "study": result.study,
        "verdicts": found,
        "drawings": drawn,
        "legend": legend(drawn),
        "rows": [(vertebra, names[vertebra.id], vertebra_flag(vertebra)) for vertebra in rows],
        "names": names,
        "roles": roles,
        "reasons": reasons_beside(result.failure, result.priority),
        "priority": PRIORITY[result.priority.class_],
        "counted_from": COUNTED_FROM[result.levels.counted_from],
        "guidance": [note.text for note in guidance.values() if is_guidance(note)],
        "notes": [note for note in result.notes if not is_guidance(note) and note.code != "disclaimer"],
        "coverage": Coverage.of(result.vertebrae),
        "clinical": _clinical(result.clinical),
        "supine_caveat": SUPINE_CAVEAT,
        "statement": result.disclaimer.strip() or DISCLAIMER,
    }


def _case(result: ScreeningResult) -> Case | None:
    """What was decided from, where the shipped policy decided: another one is not kept with a result."""
    policy = load_policy()
    if not result.recommendations or result.provenance.policy.sha256 != policy.sha256:
        return None
    try:
        return case_of(result, policy)
    except ClinicalInputError:
        return None  # facts that no reader of records wrote: the page shows them all the same


def _clinical(facts: dict[str, Any] | None) -> list[tuple[str, str]] | None:
    """Known clinical facts as name and value, nested levels flattened; None when there were none at all."""
    if facts is None:
        return None
    flat: list[tuple[str, str]] = []
    for name, value in facts.items():
        if isinstance(value, dict):
            for level, inner in value.items():
                parts = inner if isinstance(inner, dict) else {"value": inner}
                flat += [
                    (f"{level}: {input_noun(key)}", _text(item)) for key, item in parts.items() if item is not None
                ]
        elif value is not None:
            flat.append((input_noun(name), _text(value)))
    return flat


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value_words(value)
