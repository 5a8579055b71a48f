"""Statements of many FHIR resources about one patient, brought together into one record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vcfimg.clinical.dangers import is_danger, worse
from vcfimg.clinical.fhir.fhir_observation import DATED
from vcfimg.clinical.fhir.fhir_statement import CONDITION, PROPOSED, Statement
from vcfimg.clinical.inputs import DANGER_UNREADABLE, Remark
from vcfimg.clinical.record import RawRecord
from vcfimg.clinical.spelling.reading import conflict, unreadable


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
    unread: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def to_raw_record(self, position: str) -> RawRecord:
        """Settle every fact.

        Equal statements agree, of dated observations the latest holds. A danger that another source denies counts, and
        is a conflict; other differences refuse the record.
        """
        observed: dict[tuple[str, ...], list[Statement]] = {}
        diagnosed: dict[tuple[str, ...], list[Statement]] = {}
        doubts: dict[tuple[str, ...], list[Statement]] = {}
        for one in self.statements:
            if one.message is not None:
                self.faults.append((".".join(one.path), f"{one.source} {one.message}"))
            elif one.doubt is not None:
                doubts.setdefault(one.path, []).append(one)
            else:
                (diagnosed if one.kind == CONDITION else observed).setdefault(one.path, []).append(one)
        exam = {path[1]: given for path, given in observed.items() if path[0] == "exam_levels"}
        if exam:
            self._settle_exam(exam)
        for path, given in observed.items():
            if path[0] != "exam_levels":
                self._settle(path, given)
        for path, given in diagnosed.items():
            if path == ("primaries",):
                self.record["primaries"] = list(dict.fromkeys(one.value for one in given))
            else:
                self._diagnose(path, given)
        for path, given in doubts.items():
            self._doubt(path, given, observed.get(path, ()))
        if self.age_from_birth_date is not None:
            self.record.setdefault("age", self.age_from_birth_date)
        return RawRecord(
            self.record,
            position,
            tuple(self.faults),
            tuple(self.alternatives),
            tuple(dict.fromkeys(self.unread)),
            tuple(dict.fromkeys(self.remarks)),
        )

    def _settle(self, path: tuple[str, ...], given: Sequence[Statement]) -> None:
        latest = _latest(given)
        name = ".".join(path)
        if latest is None or not _agree(latest):
            dangers = [one for one in given if is_danger(path[-1], one.value)]
            if not dangers:
                self.faults.append((name, f"differs between {_sources(given)}"))
                self.alternatives.extend(nested(path, one.value) for one in given)
                return
            held = dangers[0].value
            for one in dangers[1:]:
                held = worse(path[-1], held, one.value)
            self.remarks.append(conflict(name, _sources(given)))
            self._put(path, held)
            return
        holding = latest[0]
        self._put(path, holding.value)
        date = DATED.get(path[-1])
        if date is not None and len(path) == 1 and holding.when is not None:
            # Several facts share a date: the oldest is the one that all of them have.
            self.record[date] = min(self.record.get(date, holding.when), holding.when)

    def _diagnose(self, path: tuple[str, ...], given: Sequence[Statement]) -> None:
        value, known = given[0].value, self._get(path)
        name = ".".join(path)
        if len(path) == 2 and path[0] == "levels":
            self.record.setdefault("levels", {}).setdefault(path[1], {})
        elif known is None or known == value:
            self._put(path, value)
        elif is_danger(path[-1], value):
            self.remarks.append(conflict(name, f"{_sources(given)} and an Observation"))
            self._put(path, worse(path[-1], known, value) if is_danger(path[-1], known) else value)
        elif name == "cancer":
            self.record.pop("cancer", None)
            text = "cancer differs between a diagnosis and an Observation; it counts as unknown"
            self.remarks.append(Remark(code="conflict", field=name, text=text))
        else:
            self.faults.append((name, f"differs between {_sources(given)} and an Observation"))

    def _doubt(self, path: tuple[str, ...], given: Sequence[Statement], observed: Sequence[Statement]) -> None:
        """Leave a fact open, unless it is a danger anyway or a person has said no since."""
        name = ".".join(path)
        known = self._get(path)
        if any(one.doubt in {PROPOSED, ""} for one in given):
            given = [one for one in given if one.doubt not in {PROPOSED, ""}] + _newest_by_value(given)
        if not given or is_danger(path[-1], known):
            return
        newest = max((one.when for one in given if one.when is not None), default=None)
        answers = [one.when for one in observed if one.value is False and one.when is not None]
        later = (
            newest is not None and all(one.when is not None for one in given) and any(day > newest for day in answers)
        )
        sources = _sources(given)
        if known is False and later:
            self.remarks.append(
                Remark(code="answered", field=name, text=f"{sources} left {name} open; a later no stands")
            )
        elif all(one.doubt == DANGER_UNREADABLE for one in given):
            self.remarks.append(unreadable(name))
        else:
            worst = next(one for one in given if one.doubt != DANGER_UNREADABLE)
            text = f"{sources} leaves {name} open: it counts as unknown until a person answers it"
            self.remarks.append(Remark(code=worst.doubt or "", field=name, text=text))

    def _get(self, path: Sequence[str]) -> Any:
        target: Any = self.record
        for part in path:
            target = target.get(part) if isinstance(target, Mapping) else None
        return target

    def _put(self, path: Sequence[str], value: Any) -> None:
        target = self.record
        for part in path[:-1]:
            target = target.setdefault(part, {})
        target[path[-1]] = value

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


def _newest_by_value(given: Sequence[Statement]) -> list[Statement]:
    """Proposals from the newest laboratory value of each kind (``source`` is the kind, ``value`` the resource)."""
    kinds: dict[str, list[Statement]] = {}
    for one in given:
        if one.doubt in {PROPOSED, ""}:
            kinds.setdefault(one.source, []).append(one)
    found = []
    for same in kinds.values():
        last = max((one.when for one in same if one.when is not None), default=None)
        found += [one for one in same if one.doubt == PROPOSED and one.when in {None, last}]
    return [one._replace(source=one.value) for one in found]


def _sources(given: Iterable[Statement]) -> str:
    return ", ".join(dict.fromkeys(one.source for one in given))
