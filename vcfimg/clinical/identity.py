"""Which rows of a table belong to one record.

The most specific identifier that two rows both carry decides: the study UID, then the accession number, then the
patient id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

BY_SPECIFICITY: Final = ("study_instance_uid", "accession_number", "patient_id")
"""Identifiers from the most to the least specific."""

Identity = tuple[Any, Any, Any]
"""The three identifiers of a row in that order; None where it has none."""


@dataclass
class RowGroup:
    """Rows (by index) that make one record, and what was wrong with their identifiers."""

    rows: list[int] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)


def assign_rows(rows: Sequence[Mapping[str, Any]]) -> list[RowGroup]:
    """Group rows by identifier, in the order in which records first appear.

    A row without any identifier, or with a patient id that fits several records, becomes a record of its own with a
    fault.
    """
    identities: list[Identity] = [
        (row.get("study_instance_uid"), row.get("accession_number"), row.get("patient_id")) for row in rows
    ]
    records = _Records()
    for identity in sorted(dict.fromkeys(identities), key=lambda one: one.count(None)):
        if any(one is not None for one in identity):
            records.add(identity)
    groups: dict[object, RowGroup] = {}
    for number, identity in enumerate(identities):
        found = records.of(identity)
        key: object = found[0] if len(found) == 1 else ("alone", number)
        group = groups.setdefault(key, RowGroup())
        group.rows.append(number)
        if not found:
            group.faults.append(("patient_id", "the row has no identifier"))
        elif len(found) > 1:
            group.faults.append(
                ("accession_number", "the row fits several records; give the accession number or study UID")
            )
    return list(groups.values())


class _Records:
    """Known identities, indexed by every identifier they hold."""

    def __init__(self) -> None:
        self._by_value: dict[tuple[int, Any], list[int]] = {}
        self._known: list[Identity] = []

    def add(self, identity: Identity) -> None:
        """Register an identity unless it is one that is already known."""
        found = self.of(identity)
        if not found:
            number = len(self._known)
            self._known.append(identity)
        elif len(found) == 1:
            (number,) = found
            known = self._known[number]
            self._known[number] = (known[0] or identity[0], known[1] or identity[1], known[2] or identity[2])
        else:
            return
        for kind, value in enumerate(identity):
            numbers = self._by_value.setdefault((kind, value), [])
            if value is not None and number not in numbers:
                numbers.append(number)

    def of(self, identity: Identity) -> list[int]:
        """Numbers of the known identities that ``identity`` belongs to."""
        candidates = dict.fromkeys(
            number
            for kind, value in enumerate(identity)
            if value is not None
            for number in self._by_value.get((kind, value), ())
        )
        return [number for number in candidates if _same(identity, self._known[number])]


def _same(first: Identity, second: Identity) -> bool:
    for one, other in zip(first, second, strict=True):
        if one is not None and other is not None:
            return bool(one == other)
    return False
