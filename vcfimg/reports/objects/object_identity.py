"""Which object a result becomes: identifiers that follow from its content, and what it replaces.

``objects.json`` beside ``result.json`` remembers the object of each format. The same content gives the same object
again, with the dates it had; other content gives a new one that names the one before.
"""

import hashlib
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from vcfimg.base import Model
from vcfimg.hashing import canonical_sha256
from vcfimg.reports.atomic import write_atomic
from vcfimg.result import ScreeningResult

OBJECTS_JSON: Final = "objects.json"


class Reference(Model):
    """A DICOM object by its identifiers."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str


class Identity(Model):
    """One object as it was written first."""

    format: str
    content_sha256: str
    object: Reference
    started: str
    """When the images were looked at, ISO 8601 in UTC: the date of the object."""
    as_of: str
    predecessor: Reference | None = None


class Ledger(Model):
    """``objects.json``: the newest object of each format, formats without one, and what was retracted."""

    objects: tuple[Identity, ...] = ()
    nothing: tuple[str, ...] = ()
    """Formats that have no object of this result: a failed study has none."""
    retracted: tuple[Reference, ...] = ()
    replaced: tuple[Reference, ...] = ()
    """Every object that a later one replaced."""

    def of(self, format_name: str) -> Identity | None:
        """The newest object of a format."""
        return next((one for one in self.objects if one.format == format_name), None)


def read_ledger(folder: Path) -> Ledger:
    """The ledger of a study; an empty one where there is none or it cannot be read."""
    try:
        return Ledger.model_validate_json((folder / OBJECTS_JSON).read_bytes())
    except (OSError, ValidationError):
        return Ledger()


def write_ledger(ledger: Ledger, folder: Path) -> Path:
    """Write it; raises ``ReportError`` (``write_failed``)."""
    return write_atomic(folder / OBJECTS_JSON, ledger.model_dump_json(indent=1))


def derived_uid(*parts: str) -> str:
    """A UID below 2.25 (PS3.5 annex B.2) that follows from the parts alone."""
    digest = hashlib.sha256("\0".join(("vcfimg", *parts)).encode("utf-8", "backslashreplace")).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def content_sha256(result: ScreeningResult) -> str:
    """Hash of all that a result says, without when it was found and for which day it was decided."""
    # raw is what the numbers were read from; all that is shown follows from it
    left_out: Any = {"provenance": {"started", "seconds", "as_of"}, "raw": True}
    return canonical_sha256(result.model_dump(mode="json", by_alias=True, exclude=left_out))


def claim(result: ScreeningResult, folder: Path, format_name: str, sop_class_uid: str) -> Identity:
    """The object of this format for this result, remembered from now on.

    Raises
    ------
    ReportError
        ``write_failed``.
    """
    ledger = read_ledger(folder)
    before = ledger.of(format_name)
    content = content_sha256(result)
    withdrawn = {one.sop_instance_uid for one in ledger.retracted}
    if before and before.content_sha256 == content and before.object.sop_instance_uid not in withdrawn:
        if format_name in ledger.nothing:
            write_ledger(ledger.model_copy(update={"nothing": _without(ledger.nothing, format_name)}), folder)
        return before
    study = result.study.study_instance_uid
    earlier = before.object.sop_instance_uid if before else ""
    made = Identity(
        format=format_name,
        content_sha256=content,
        object=Reference(
            sop_class_uid=sop_class_uid,
            sop_instance_uid=derived_uid("object", format_name, study, content, earlier),
            series_instance_uid=derived_uid("series", format_name, study, content, earlier),
        ),
        started=result.provenance.started,
        as_of=result.provenance.as_of,
        predecessor=before.object if before and earlier not in withdrawn else None,
    )
    others = tuple(one for one in ledger.objects if one.format != format_name)
    replaced = (*ledger.replaced, *((before.object,) if before else ()))
    write_ledger(
        ledger.model_copy(
            update={
                "objects": (*others, made),
                "nothing": _without(ledger.nothing, format_name),
                "replaced": replaced,
            }
        ),
        folder,
    )
    return made


def claim_nothing(folder: Path, format_name: str) -> None:
    """Remember that a result has no object of this format; what it replaces stays known."""
    ledger = read_ledger(folder)
    if format_name not in ledger.nothing:
        write_ledger(ledger.model_copy(update={"nothing": (*ledger.nothing, format_name)}), folder)


def first_told(result: ScreeningResult, identity: Identity) -> ScreeningResult:
    """The result with the dates under which its object was first written, so that it is written alike again."""
    dates = {"started": identity.started, "as_of": identity.as_of}
    return result.model_copy(update={"provenance": result.provenance.model_copy(update=dates)})


def _without(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in names if one != name)
