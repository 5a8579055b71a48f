"""Which studies of an archive are meant."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydicom import Dataset

from vcfimg.loaders.study_info import StudyInfo

FIELDS: Final = ("StudyInstanceUID", "PatientID", "AccessionNumber", "StudyDate", "ModalitiesInStudy")
"""What is asked of each study: what clinical records are matched by."""

_TOKEN: Final = re.compile(r"[0-9]{8}")


@dataclass(frozen=True)
class StudyQuery:
    """Conditions on studies; all that are given must hold.

    Parameters
    ----------
    first, last
        Study dates, inclusive.
    description
        StudyDescription, with ``*`` and ``?``.
    body_part
        BodyPartExamined of a series.
    studies, accession_numbers
        The listed ones alone.
    nothing
        A reading list was asked for and is empty: no study is meant.
    """

    first: datetime.date | None = None
    last: datetime.date | None = None
    description: str | None = None
    body_part: str | None = None
    studies: tuple[str, ...] = ()
    accession_numbers: tuple[str, ...] = ()
    nothing: bool = False

    def parts(self) -> tuple["StudyQuery", ...]:
        """One query per listed study and accession number; itself where there is no list."""
        if self.nothing:
            return ()
        alone = replace(self, studies=(), accession_numbers=())
        return (
            *(replace(alone, studies=(one,)) for one in self.studies),
            *(replace(alone, accession_numbers=(one,)) for one in self.accession_numbers),
        ) or (self,)

    def filters(self) -> Mapping[str, str]:
        """Matching keys of one of the :meth:`parts` (PS3.4, C.2.2.2); every one asks for MR."""
        keys = {
            "StudyInstanceUID": self.studies[0] if self.studies else None,
            "AccessionNumber": _literal(self.accession_numbers[0]) if self.accession_numbers else None,
            "StudyDate": self._dates(),
            "StudyDescription": self.description,
            "BodyPartExamined": self.body_part,
            "ModalitiesInStudy": "MR",
        }
        return {name: value for name, value in keys.items() if value}

    def _dates(self) -> str | None:
        if self.first is None and self.last is None:
            return None
        first, last = (f"{day:%Y%m%d}" if day else "" for day in (self.first, self.last))
        return first if first == last else f"{first}-{last}"


def info_of(study: Dataset) -> StudyInfo:
    """The identifiers in an answer to a query."""
    date = str(study.get("StudyDate") or "")
    plain = date if _TOKEN.fullmatch(date) else None
    return StudyInfo(
        study_instance_uid=str(study.StudyInstanceUID),
        patient_id=str(study.get("PatientID") or "") or None,
        accession_number=str(study.get("AccessionNumber") or "") or None,
        study_date=_iso(plain) if plain else None,
    )


def _literal(value: str) -> str:
    """A star in a listed number may match one character, never a whole archive; there is no way to escape it."""
    return value.replace("*", "?")


def _iso(date: str) -> str | None:
    try:
        return datetime.datetime.strptime(date, "%Y%m%d").date().isoformat()
    except ValueError:
        return None
