"""A job as text that a store keeps for workers elsewhere; nothing in it is run when it is read."""

import datetime
import json
import os
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from pipelines.batch.job import Entry, Job, Settings
from vcfimg import __version__
from vcfimg.clinical.stored_facts import from_dict, to_dict
from vcfimg.errors import SegmentationError, StoreError
from vcfimg.hashing import canonical_sha256
from vcfimg.imaging.segmenters.registry import find_segmenter
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.policy import Policy
from vcfimg.screening.run_state import study_info

_STUDY: Final[TypeAdapter[Study]] = TypeAdapter(Study)

SETTINGS: Final = "settings-"
"""How the names of settings begin among the facts of a store."""


def settings_text(settings: Settings) -> tuple[str, str]:
    """Name and text of the settings of a run, which the store keeps once for all of its jobs.

    Raises
    ------
    SegmentationError
        ``segmenter_unknown`` when its segmenter has no name by which a worker would find it.
    """
    info = settings.segmenter.info
    if find_segmenter(info.name).info != info:
        raise SegmentationError("segmenter_unknown", f"the segmenter {info.name!r} here is not the one of that name")
    document = {
        "version": __version__,
        "out": os.path.abspath(settings.out),
        "policy": settings.policy.model_dump(mode="json"),
        "as_of": settings.as_of.isoformat(),
        "formats": settings.formats,
        "segmenter": info.model_dump(mode="json"),
        "timeout_s": settings.timeout_s,
        "site_words": None if settings.site_words is None else os.path.abspath(settings.site_words),
    }
    return SETTINGS + canonical_sha256(document)[:32], json.dumps(document)


def job_text(job: Job, settings_name: str) -> bytes:
    """The text of a job, packed; its settings are named."""
    document = {
        "settings": settings_name,
        "study": _STUDY.dump_python(job.study, mode="json"),
        "files_signature": job.files_signature,
        "clinical": None if job.clinical is None else to_dict(job.clinical),
        "levels": None if job.levels is None else {str(key): level for key, level in job.levels.items()},
        "skipped_files": dict(job.skipped_files),
        "previous": None if job.previous is None else asdict(job.previous),
    }
    # ASCII, for a file's name may hold bytes that are no text.
    return zlib.compress(json.dumps(document).encode("ascii"))


def read_job(text: bytes, settings_of: Callable[[str], str | None], *, out: Path | None = None) -> Job:
    """The job of a text.

    Parameters
    ----------
    settings_of
        Gives the text of settings by their name.
    out
        Another output folder than that of the settings: where this machine sees it.

    Raises
    ------
    StoreError
        ``store_damaged``; ``job_of_other_version`` when another version of vcfimg asked for the work.
    SegmentationError
        When this machine has no such segmenter.
    """
    try:
        document = json.loads(zlib.decompress(text))
        settings = _settings(settings_of(document["settings"]) or "")
        levels: Mapping[str, str] | None = document["levels"]
        return Job(
            study=_STUDY.validate_python(document["study"]),
            settings=settings if out is None else replace(settings, out=out),
            files_signature=document["files_signature"],
            clinical=None if document["clinical"] is None else from_dict(document["clinical"]),
            levels=None if levels is None else {int(key): level for key, level in levels.items()},
            skipped_files=document["skipped_files"],
            previous=None if document["previous"] is None else Entry(**document["previous"]),
        )
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        message = f"a job in the store cannot be read ({type(error).__name__}): enqueue its study again"
        raise StoreError("store_damaged", message) from error


def study_of_job(text: bytes) -> StudyInfo | None:
    """Whose job it is; None where that cannot be read."""
    try:
        found = _STUDY.validate_python(json.loads(zlib.decompress(text))["study"])
    except (zlib.error, ValueError, KeyError, TypeError):
        return None
    return study_info(found)


@lru_cache(maxsize=4)
def _settings(text: str) -> Settings:
    document: dict[str, Any] = json.loads(text)
    if document["version"] != __version__:
        message = f"the work was asked for by vcfimg {document['version']}, this is {__version__}: use one version"
        raise StoreError("job_of_other_version", message)
    segmenter = find_segmenter(document["segmenter"]["name"])
    if segmenter.info.model_dump(mode="json") != document["segmenter"]:
        message = f"the segmenter {segmenter.info.name!r} of this machine is another one than that of the run"
        raise SegmentationError("segmenter_unknown", message)
    try:
        policy = Policy.model_validate(document["policy"])
    except ValidationError as error:
        raise ValueError("policy") from error
    words = document["site_words"]
    return Settings(
        out=Path(document["out"]),
        policy=policy,
        as_of=datetime.date.fromisoformat(document["as_of"]),
        formats=tuple(document["formats"]),
        segmenter=segmenter,
        timeout_s=float(document["timeout_s"]),
        site_words=None if words is None else Path(words),
    )
