"""Statements of many FHIR resources about one patient, brought together into one record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from vcfimg.clinical.record import RawRecord


class Statement(NamedTuple):
    """One fact that a resource states, or (with ``message``) what is wrong with it.

    ``path`` is ``("pain_vas",)``, ``("levels", "T12", "escc")`` or ``("exam_levels", "T12")``; ``when`` an ISO day.
    """

    path: tuple[str, ...]
    value: Any
    when: str | None
    source: str
    message: str | None = None


@dataclass
class Facts:
    """Everything stated about one patient."""

    statements: list[Statement]
    record: dict[str, Any]
    """Facts from the Patient resource itself."""
    faults: list[tuple[str, str]]
    alternatives: list[Mapping[str, Any]]
    age_from_birth_date: int | None = None
    """Used when no resource states the age."""

    def to_raw_record(self, position: str) -> RawRecord:
        """Settle every fact: equal statements agree, of dated ones the latest holds, else the record is refused."""
        by_path: dict[tuple[str, ...], list[Statement]] = {}
        for one in self.statements:
            if one.message is not None:
                self.faults.append((".".join(one.path), f"{one.source} {one.message}"))
            else:
                by_path.setdefault(one.path, []).append(one)
        exam = {path[1]: given for path, given in by_path.items() if path[0] == "exam_levels"}
        if exam:
            self._settle_exam(exam)
        for path, given in by_path.items():
            if path == ("primaries",):
                self.record["primaries"] = list(dict.fromkeys(one.value for one in given))
            elif path[0] != "exam_levels":
                self._settle(path, given)
        if self.age_from_birth_date is not None:
            self.record.setdefault("age", self.age_from_birth_date)
        return RawRecord(self.record, position, tuple(self.faults), tuple(self.alternatives))

    def _settle(self, path: tuple[str, ...], given: Sequence[Statement]) -> None:
        latest = _latest(given)
        if latest is None or not _agree(latest):
            self.faults.append((".".join(path), f"differs between {_sources(given)}"))
            self.alternatives.extend(nested(path, one.value) for one in given)
            return
        holding = latest[0]
        target = self.record
        for part in path[:-1]:
            target = target.setdefault(part, {})
        target[path[-1]] = holding.value
        if path == ("pain_vas",) and holding.when is not None:
            self.record["pain_vas_date"] = holding.when

    def _settle_exam(self, exam: Mapping[str, Sequence[Statement]]) -> None:
        """One examination: the levels found painful on the latest day."""
        every = [one for given in exam.values() for one in given]
        latest = _latest(every)
        if latest is None:
            self.faults.append(("exam_levels", f"has several dates, not all known, in {_sources(every)}"))
            return
        tender: dict[str, Any] = {}
        for one in latest:
            if tender.setdefault(one.path[1], one.value) != one.value:
                self.faults.append(("exam_levels", f"differs between {_sources(exam[one.path[1]])}"))
                return
        self.record["exam_levels"] = [level for level, value in tender.items() if value is True]
        if not all(isinstance(value, bool) for value in tender.values()):
            self.faults.append(("exam_levels", f"must be a valueBoolean in {_sources(latest)}"))
        if latest[0].when is not None:
            self.record["exam_date"] = latest[0].when


def nested(path: Sequence[str], value: Any) -> Mapping[str, Any]:
    """A record that holds only this fact."""
    for part in reversed(path):
        value = {part: value}
    assert isinstance(value, Mapping)
    return value


def _latest(given: Sequence[Statement]) -> list[Statement] | None:
    """Statements of the latest day; None when they differ and some have no date."""
    days = [one.when for one in given if one.when is not None]
    if days and len(days) < len(given) and not _agree(given):
        return None
    last = max(days, default=None)
    return [one for one in given if one.when == last]


def _agree(given: Sequence[Statement]) -> bool:
    first = given[0]
    return all(
        one.path == first.path
        and isinstance(one.value, bool) == isinstance(first.value, bool)
        and one.value == first.value
        for one in given
    )


def _sources(given: Iterable[Statement]) -> str:
    return ", ".join(dict.fromkeys(one.source for one in given))
