"""``result.json`` on disk: read back, found again, one at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, from_json

from vcfimg.errors import ReportError
from vcfimg.given_file import NotGiven, read_given
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.paths import STUDIES, study_folder_name
from vcfimg.reports.result_checks import faults
from vcfimg.reports.upgrade import lift
from vcfimg.result import ScreeningResult

RESULT_JSON = "result.json"

MAX_BYTES: Final = 256 * 2**20
"""Largest result that is read, in bytes; one of a long spine has a few megabytes."""


def write_result(result: ScreeningResult, folder: Path) -> Path:
    """Write ``folder/result.json``.

    Raises
    ------
    ReportError
        ``not_serialisable`` when a free-form value has no JSON form; ``write_failed``.
    """
    try:
        text = result.to_json()
    except (PydanticSerializationError, UnicodeError) as error:
        raise ReportError("not_serialisable", f"the result has no JSON form: {error}") from error
    return write_atomic(folder / RESULT_JSON, text + "\n")


def read_result(path: Path | str) -> ScreeningResult:
    """Read one ``result.json`` (or the study folder that holds it); one of an older schema is lifted to this one.

    Raises
    ------
    ReportError
        ``result_not_found``, ``result_unreadable`` (no JSON, no UTF-8, cut off), ``result_too_new`` (of a later schema)
        or ``result_invalid`` (of no schema); the message names the first offending key, never its value.
    """
    path = Path(path)
    if path.is_dir():
        path = path / RESULT_JSON
    try:
        data = read_given(path, MAX_BYTES)
    except NotGiven as error:
        if error.missing:
            raise ReportError("result_not_found", f"no such result file: {path.name} in {path.parent.name}/") from error
        raise ReportError("result_unreadable", f"cannot read {path.name}: {error.reason}") from error
    try:
        document = from_json(data)
    except ValueError as error:
        raise ReportError("result_unreadable", f"{path.name} is not JSON: {error}") from None
    try:
        result = ScreeningResult.model_validate(lift(document) if isinstance(document, dict) else document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ReportError(
            "result_invalid", f"{path.name} does not follow the schema: {where}: {first['msg']}{more}"
        ) from None
    fault = next(faults(result), None)
    if fault is not None:
        raise ReportError("result_invalid", f"{path.name} cannot be used: {fault}")
    return result


def study_of(path: Path) -> StudyInfo:
    """What can be known of the study of a ``result.json`` that cannot be used: the name of its folder at least."""
    folder = path.parent.name
    try:
        given = from_json(read_given(path, MAX_BYTES))["study"]
        known = {name: value for name in StudyInfo.model_fields if (value := given.get(name)) is not None}
        study = StudyInfo.model_validate(known)
    except (NotGiven, ValueError, KeyError, TypeError, AttributeError):
        return StudyInfo(study_instance_uid=folder)
    return study if study_folder_name(study.study_instance_uid) == folder else StudyInfo(study_instance_uid=folder)


def iter_results(
    out_dir: Path | str, *, on_error: Callable[[Path, ReportError], None] | None = None
) -> Iterator[ScreeningResult]:
    """Every result below ``out_dir/studies``, in the order of the folder names, one in memory at a time.

    Parameters
    ----------
    on_error
        Called with the path and the error of a file that cannot be used, which is then passed over. Without it the
        error is raised.
    """
    folder = Path(out_dir) / STUDIES
    if not folder.is_dir():
        return
    for study in sorted(entry for entry in folder.iterdir() if _holds_result(entry)):
        try:
            result = read_result(study)
        except ReportError as error:
            if on_error is None:
                raise
            on_error(study / RESULT_JSON, error)
            continue
        yield result


def _holds_result(folder: Path) -> bool:
    """Whether there is a result; a folder that may not be looked into counts, so that reading it says why not."""
    try:
        return (folder / RESULT_JSON).is_file()
    except PermissionError:
        return True
