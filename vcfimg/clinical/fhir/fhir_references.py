"""Which Patient a resource speaks of, by the rules for references in a Bundle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vcfimg.clinical.fhir.fhir_elements import Resource, objects, text
from vcfimg.clinical.fhir.fhir_facts import Facts
from vcfimg.clinical.identifiers import normal_form

_SUBJECT: Final = ("subject", "patient")


@dataclass
class Patients:
    """The Patients of an input under every text by which they may be referred to."""

    _by_url: dict[str, Facts] = field(default_factory=dict)
    _by_id: dict[str, list[Facts]] = field(default_factory=dict)
    _by_identifier: dict[str, list[Facts]] = field(default_factory=dict)

    def add(self, facts: Facts, entry: Resource, patient: Resource) -> bool:
        """Register a Patient; False when another one has its address."""
        url, identifier = text(entry.get("fullUrl")), text(patient.get("id"))
        alone = url is None or self._by_url.setdefault(_plain(url), facts) is facts
        if identifier is not None:
            same = self._by_id.setdefault(f"Patient/{identifier}", [])
            # One id on two servers names two patients; without addresses nobody can tell them apart.
            alone = alone and (not same or url is not None)
            same.append(facts)
        for one in objects(patient.get("identifier")):
            value = normal_form(text(one.get("value")))
            if value:
                known = self._by_identifier.setdefault(value, [])
                if facts not in known:
                    known.append(facts)
        return alone

    def of(self, entry: Resource, resource: Resource) -> Facts | None:
        """The Patient of a resource; None where it names none of this input, or nobody can tell which."""
        subject: Any = next((one for name in _SUBJECT if isinstance(one := resource.get(name), Mapping)), None)
        if subject is None:
            return None
        reference = text(subject.get("reference"))
        if reference is None:
            identifier = subject.get("identifier")
            value = normal_form(text(identifier.get("value"))) if isinstance(identifier, Mapping) else ""
            return _only(self._by_identifier.get(value, []))
        plain = _plain(reference)
        if (found := self._by_url.get(plain)) is not None:
            return found
        if ":" not in plain.split("/")[0]:
            root = _root(text(entry.get("fullUrl")))
            if root is not None and (found := self._by_url.get(root + plain)) is not None:
                return found
            return _only(self._by_id.get(plain, []))
        # An absolute address of a Patient that came without one, as in a bulk export.
        kind, _, identifier_ = plain.rpartition("/")
        return _only(self._by_id.get(f"Patient/{identifier_}", [])) if kind.endswith("/Patient") else None


def _only(found: list[Facts]) -> Facts | None:
    return found[0] if len(found) == 1 else None


def _plain(reference: str) -> str:
    """Without a version, and ``urn:uuid:`` in small letters: a UUID has no case."""
    plain = reference.strip().split("/_history/", 1)[0]
    return plain.lower() if plain[:9].lower() == "urn:uuid:" else plain


def _root(full_url: str | None) -> str | None:
    """The address of the server that an entry's resource lies on: everything before ``Kind/id``."""
    if full_url is None or "://" not in full_url:
        return None
    return _plain(full_url).rsplit("/", 2)[0] + "/"
