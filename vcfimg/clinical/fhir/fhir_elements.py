"""Reading elements of a FHIR resource that may be anything: the accessors never fail, they find nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from vcfimg.clinical.fhir import fhir_codes as codes
from vcfimg.clinical.printable import printable
from vcfimg.level_names import is_level

Resource = Mapping[str, Any]


def objects(value: Any) -> Iterator[Resource]:
    """The objects of a list, or of a single object."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield one


def text(value: Any) -> str | None:
    """A non-blank string, else None."""
    return value if isinstance(value, str) and value.strip() else None


def codings(concept: Any) -> Iterator[tuple[str, str, Resource]]:
    """System, code and coding of every complete coding of a CodeableConcept (or of several)."""
    for one in objects(concept):
        for coding in objects(one.get("coding")):
            system, code = text(coding.get("system")), text(coding.get("code"))
            if system and code:
                yield system, code, coding


def status(concept: Any, system: str) -> str | None:
    """The code of a status concept in its own system; None when absent."""
    return next((code for found, code, _ in codings(concept) if found == system), None)


def day(resource: Resource, *names: str) -> tuple[str | None, bool]:
    """The calendar day of the first of these elements that is present, and whether it was complete.

    A Period counts by its start. ``("2026-01", False)`` is a date without a day.
    """
    for name in names:
        value = resource.get(name)
        if isinstance(value, Mapping):
            value = value.get("start") or value.get("end")
        if (found := text(value)) is not None:
            return found[:10], len(found) >= 10
    return None, True


def label(resource: Resource) -> str:
    """``Observation/o1``, for an error message."""
    kind = text(resource.get("resourceType")) or "resource"
    identifier = text(resource.get("id"))
    return printable(f"{kind}/{identifier}" if identifier else kind)


def code_label(resource: Resource) -> str:
    """The codes of a resource, for a list of what was not used; its texts are not told."""
    found = [f"{system} {code}" for system, code, _ in codings(resource.get("code"))]
    return printable(", ".join(found)) if found else "(none)"


def words_of(concept: Any) -> list[str]:
    """The texts by which people read a concept: its own and the displays of its codings."""
    found = []
    for one in objects(concept):
        found.append(text(one.get("text")))
        found.extend(text(coding.get("display")) for coding in objects(one.get("coding")))
    return [word for word in found if word is not None]


def profiles(resource: Resource) -> set[str]:
    """Last parts of the profiles that a resource claims, without versions."""
    meta = resource.get("meta")
    given = meta.get("profile") if isinstance(meta, Mapping) else None
    return {one.split("|")[0].rsplit("/", 1)[-1] for one in given or [] if isinstance(one, str)} if given else set()


def levels_named(body_site: Any) -> list[str]:
    """The vertebral levels that a bodySite names, each once."""
    found: dict[str, None] = {}
    for system, code, _ in codings(body_site):
        if system == codes.LEVEL_SYSTEM and is_level(code):
            found[code] = None
        elif system == codes.SCT and code in codes.LEVELS_SCT:
            found[codes.LEVELS_SCT[code]] = None
    return list(found)
