"""What is in a study, what would be used and why, as plain data for a table or JSON."""

from collections import Counter
from typing import Any

from vcfimg.errors import LoadError
from vcfimg.loaders.choose import choose_series
from vcfimg.loaders.study import Series, Study
from vcfimg.policy.policy import Policy


def inspect_study(study: Study, *, policy: Policy) -> dict[str, Any]:
    """The series of one study with role, evidence, decision and reason; JSON-ready, without patient data.

    A study that must not or cannot be used is shown too: ``failure`` holds code and message, and no series is used.

    Returns
    -------
    dict
        ``study_instance_uid``, ``study_date``, ``failure``, ``warnings`` and ``series``, one entry per stack with
        the fields of :class:`vcfimg.result.SeriesInfo` and ``header`` (timing, matrix, spacing).
    """
    failure = None
    entries: list[dict[str, Any]]
    warnings = list(study.warnings)
    try:
        choice = choose_series(study, policy=policy)
    except LoadError as error:
        failure = {"code": error.code, "message": error.message}
        entries = [_unused(series, error) for series in study.series]
    else:
        entries = [info.model_dump(mode="json") for info in choice.series]
        if choice.failure is not None:
            failure = {"code": choice.failure.code, "message": choice.failure.text}
        warnings += choice.warnings
    for entry, series in zip(entries, study.series, strict=True):
        entry["header"] = _header(series)
    return {
        "study_instance_uid": study.study_instance_uid,
        "study_date": study.study_date,
        "failure": failure,
        "warnings": [{"code": warning.code, "text": warning.text} for warning in warnings],
        "series": entries,
    }


def _unused(series: Series, error: LoadError) -> dict[str, Any]:
    found = series.classification
    return {
        "series_instance_uid": series.series_instance_uid,
        "stack": series.stack,
        "role": found.role,
        "used": False,
        "used_for": [],
        "reason": f"The study is stopped: {error.message}",
        "code": error.code,
        "plane": series.plane,
        "obliquity_deg": series.obliquity_deg,
        "evidence": list(found.evidence),
        "confidence": found.confidence,
        "conflict": found.conflict,
        "station": None,
        "description": series.header.series_description,
        "instances": len(series.frames),
        "skipped_files": dict(sorted(Counter(file.reason for file in series.skipped).items())),
    }


def _header(series: Series) -> dict[str, Any]:
    header = series.header
    return {
        "repetition_time_ms": header.repetition_time,
        "echo_time_ms": header.echo_time,
        "inversion_time_ms": header.inversion_time,
        "field_strength_t": header.field_strength,
        "rows": header.rows,
        "columns": header.columns,
        "pixel_spacing_mm": list(header.pixel_spacing) if header.pixel_spacing else None,
        "slice_thickness_mm": header.slice_thickness,
        "series_number": header.series_number,
    }
