"""Names of a study's files and of its folder below ``studies/``; hostile identifiers never reach the file system."""

import hashlib
import re
from typing import Final

STUDIES: Final = "studies"
"""Folder below the output folder that holds one folder per study."""

REPORT_HTML: Final = "report.html"
"""The page of a study, in its folder."""

THUMBNAIL: Final = "thumbnail.jpg"
"""A small picture of a study for the index page, in its folder."""

FIGURES_JSON: Final = "figures.json"
"""The pictures of a study, in its folder."""

_PLAIN_UID: Final = re.compile(r"[0-9.]{1,64}")


def study_folder_name(study_instance_uid: str) -> str:
    """The UID itself, or ``sha256-…`` where it is not ``[0-9.]{1,64}`` or consists of dots alone (``.``, ``..``)."""
    if _PLAIN_UID.fullmatch(study_instance_uid) and study_instance_uid.strip("."):
        return study_instance_uid
    return "sha256-" + hashlib.sha256(study_instance_uid.encode("utf-8", "backslashreplace")).hexdigest()
