"""Which rows of a table belong to one record.

The most specific identifier that two rows both carry decides: the study UID, then the accession number, then the
patient id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vcfimg.clinical.identifiers import normal_form, normal_uid

Identity = tuple[Any, Any, Any]
"""Study UID, accession number and patient id of a row; None where it has none."""

Given = tuple[bool, bool, bool]
"""Which of the three identifiers are there."""


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
        (
            normal_uid(row.get("study_instance_uid")) or None,
            normal_form(row.get("accession_number")) or None,
            normal_form(row.get("patient_id")) or None,
        )
        for row in rows
    ]
    records = _Records()
    for identity in sorted(dict.fromkeys(identities), key=lambda one: one.count(None)):
        if any(one is not None for one in identity):
            records.add(identity)
    belongs = {identity: records.of(identity) for identity in dict.fromkeys(identities)}
    groups: dict[object, RowGroup] = {}
    for number, identity in enumerate(identities):
        found = belongs[identity]
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
    """Known identities, indexed so that a look-up does not walk through all of them."""

    def __init__(self) -> None:
        self._known: list[Identity] = []
        self._index: dict[tuple[Given, int, Any], list[int]] = {}
        self._shapes: dict[Given, None] = {}

    def add(self, identity: Identity) -> None:
        """Register an identity; one that belongs to a single known identity completes it."""
        found = self.of(identity)
        if len(found) > 1:
            return
        if not found:
            self._known.append(identity)
            number = len(self._known) - 1
        else:
            (number,) = found
            known = self._known[number]
            identity = (known[0] or identity[0], known[1] or identity[1], known[2] or identity[2])
            if identity == known:
                return
            self._known[number] = identity
        shape = _given(identity)
        self._shapes[shape] = None
        for kind, value in enumerate(identity):
            if value is not None:
                self._index.setdefault((shape, kind, value), []).append(number)

    def of(self, identity: Identity) -> list[int]:
        """Numbers of the known identities that ``identity`` belongs to."""
        found: dict[int, None] = {}
        own = _given(identity)
        for shape in self._shapes:
            kind = next((kind for kind, both in enumerate(zip(own, shape, strict=True)) if all(both)), None)
            if kind is not None:
                numbers = self._index.get((shape, kind, identity[kind]), ())
                found |= {number: None for number in numbers if _given(self._known[number]) == shape}
        return list(found)


def _given(identity: Identity) -> Given:
    study, accession, patient = (one is not None for one in identity)
    return study, accession, patient
