"""Which recorded values are dangers, which of two is worse, and what of a refused record is still honoured.

Sources: gates G1 (neurology), G2 (epidural disease), G3 (instability), G4 (SINS) and G5 (contraindication) of the
policy. The SINS items (Fisher 2010) count as soon as they score above their lowest value.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from vcfimg.clinical.inputs import CONFLICT, IDENTIFIERS, ClinicalInputs, LevelInputs, Remark, SharedLevelInputs

_ORDER: Final[dict[str, tuple[Any, ...]]] = {
    "escc": ("0", "1a", "1b", "1c", "2", "3"),
    "bone_quality": ("blastic", "mixed", "lytic"),
    "alignment": ("normal", "deformity", "translation"),
    "posterolateral": ("none", "unilateral", "bilateral"),
    "posterior_wall": ("intact", "disrupted"),
    "collapse": ("none", "under_half", "over_half"),
}
"""Graded facts from the least to the most dangerous value; which ESCC grade raises G2 is the policy's to say."""

_GATE_FLAGS: Final = (
    "clinical_cord_compression",
    "new_neurological_deficit",
    "overt_instability",
    "infection",
    "coagulopathy_uncorrected",
    "cement_allergy",
    "pregnancy",
)
_FALSE_IS_DANGER: Final = ("surgeon_stable", "neurology_normal")
_TRUE_IS_DANGER: Final = (*_GATE_FLAGS, "pain_positional")

PATIENT_DANGERS: Final = (*_GATE_FLAGS, *_FALSE_IS_DANGER)
"""Facts of the patient that can raise G1, G3 or G5; where sources differ the danger counts."""

LEVEL_DANGERS: Final = (
    *("escc", "surgeon_stable", "alignment", "sins_reported", "posterolateral", "bone_quality", "posterior_wall"),
    *("collapse", "body_involved_over_half"),
)
"""Facts of a level that can raise G2, G3 or G4; where sources differ the worse counts."""

DANGERS: Final = frozenset({*PATIENT_DANGERS, "escc", "alignment", "sins_reported"})
"""Facts that become unknown when they are typed unreadably, instead of refusing the record (clinical.md 10.6)."""

GUARDED_NAMES: Final = tuple(dict.fromkeys((*PATIENT_DANGERS, *LEVEL_DANGERS)))
"""Names that a misspelt key may have meant: near misses are an error."""

_LEVEL_DANGER: Final[dict[str, Callable[[Any], bool]]] = {
    "escc": lambda value: value != "0",
    "bone_quality": lambda value: value != "blastic",
    "alignment": lambda value: value != "normal",
    "posterolateral": lambda value: value != "none",
    "body_involved_over_half": lambda value: value is True,
    "surgeon_stable": lambda value: value is False,
    "sins_reported": lambda value: value > 0,
    "collapse": lambda value: value != "none",
    "loss_percent": lambda value: value > 0,
}
_WALL: Final = "posterior_wall"


def is_danger(name: str, value: object) -> bool:
    """Whether this canonical value of this fact raises concern."""
    if name in _FALSE_IS_DANGER:
        return value is False
    if name in _ORDER:
        return value in _ORDER[name][1:]
    if name == "sins_reported":
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    return name in GUARDED_NAMES and value is True


def worse(name: str, first: Any, second: Any) -> Any:
    """The worse of two canonical values of a danger."""
    if name in _ORDER:
        order = _ORDER[name]
        return max((one for one in (first, second) if one in order), key=order.index, default=first)
    if name == "sins_reported":
        return max(first, second)
    return first if is_danger(name, first) else second


def dangers_of(inputs: ClinicalInputs) -> ClinicalInputs:
    """The refused form of a record: identifiers, level names and dangers kept, every other value unknown."""
    kept: dict[str, Any] = {name: getattr(inputs, name) for name in IDENTIFIERS}
    kept |= {name: True for name in _TRUE_IS_DANGER if getattr(inputs, name) is True}
    kept |= {name: False for name in _FALSE_IS_DANGER if getattr(inputs, name) is False}
    if inputs.pain_vas is not None and inputs.pain_vas > 0:
        kept |= {"pain_vas": inputs.pain_vas, "pain_vas_date": inputs.pain_vas_date}
    kept["levels"] = {level: _level_dangers(facts) for level, facts in _named(inputs).items()}
    for name in ("all_levels", "other_levels"):
        if (group := getattr(inputs, name)) is not None:
            kept[name] = _shared_dangers(group)
    return ClinicalInputs(**kept, remarks=inputs.remarks, unread=inputs.unread, refused=True)


def has_danger(inputs: ClinicalInputs) -> bool:
    """Whether a record holds any value that raises G1 to G5."""
    found = dangers_of(inputs)
    nothing = SharedLevelInputs()
    groups = (found.all_levels, found.other_levels)
    return (
        any(getattr(found, name) is True for name in _TRUE_IS_DANGER)
        or any(getattr(found, name) is False for name in _FALSE_IS_DANGER)
        or found.pain_vas is not None
        or any(facts != LevelInputs() for facts in found.levels.values())
        or any(group is not None and group != nothing for group in groups)
    )


def union_of_dangers(first: ClinicalInputs, second: ClinicalInputs) -> ClinicalInputs:
    """The dangers of two refused records together, the worse value where both have one.

    Identifiers are the first's, filled up from the second's.
    """
    kept: dict[str, Any] = {name: getattr(first, name) or getattr(second, name) for name in IDENTIFIERS}
    for name in _TRUE_IS_DANGER:
        kept[name] = getattr(first, name) or getattr(second, name)
    for name in _FALSE_IS_DANGER:
        if False in {getattr(first, name), getattr(second, name)}:
            kept[name] = False
    worst = max((first, second), key=lambda inputs: -1.0 if inputs.pain_vas is None else inputs.pain_vas)
    kept |= {"pain_vas": worst.pain_vas, "pain_vas_date": worst.pain_vas_date}
    kept["levels"] = {
        level: _worst_level([inputs.levels[level] for inputs in (first, second) if level in inputs.levels])
        for level in dict.fromkeys((*first.levels, *second.levels))
    }
    for name in ("all_levels", "other_levels"):
        groups = [group for one in (first, second) if (group := getattr(one, name)) is not None]
        if groups:
            kept[name] = _worst_shared(groups)
    return ClinicalInputs(
        **kept,
        remarks=tuple(dict.fromkeys((*first.remarks, *second.remarks))),
        unread=tuple(dict.fromkeys((*first.unread, *second.unread))),
        refused=True,
    )


def with_dangers(record: ClinicalInputs, others: Iterable[ClinicalInputs], source: str) -> ClinicalInputs:
    """The record with the dangers of other records that may speak of the same patient.

    A danger that the record denies is a conflict. Of levels only dangers count, pain and loss are never taken over.
    """
    changes: dict[str, Any] = {}
    remarks: list[Remark] = []
    levels = dict(record.levels)

    def settle(path: str, name: str, own: Any, other: Any) -> Any:
        """The value that holds, and a remark where the record says otherwise."""
        if other is None or not is_danger(name, other) or own == other:
            return own
        held = other if own is None else worse(name, own, other)
        if own is not None:
            text = f"{path} differs between {source}; the danger counts"
            remarks.append(Remark(code=CONFLICT, field=path, text=text))
        return held

    for other in others:
        for name in PATIENT_DANGERS:
            own = changes.get(name, getattr(record, name))
            if (held := settle(name, name, own, getattr(other, name))) != own:
                changes[name] = held
        for level, facts in other.levels.items():
            known = levels.get(level, LevelInputs())
            found = {}
            for name in LEVEL_DANGERS:
                own = getattr(known, name)
                if (held := settle(f"levels.{level}.{name}", name, own, getattr(facts, name))) != own:
                    found[name] = held
            if found:
                levels[level] = known.model_copy(update=found)
    if levels != record.levels:
        changes["levels"] = levels
    if remarks:
        changes["remarks"] = tuple(dict.fromkeys((*record.remarks, *remarks)))
    return record.model_copy(update=changes) if changes else record


def _named(inputs: ClinicalInputs) -> dict[str, LevelInputs]:
    """The levels described, and those examined: there the dangers of the patient show as well."""
    return {**{level: LevelInputs() for level in inputs.exam_levels or ()}, **inputs.levels}


def _level_dangers(facts: LevelInputs) -> LevelInputs:
    kept = {
        name: value
        for name, is_one in _LEVEL_DANGER.items()
        if (value := getattr(facts, name)) is not None and is_one(value)
    }
    if "loss_percent" in kept:
        kept["loss_uncertainty"] = facts.loss_uncertainty
    return LevelInputs(**kept)


def _shared_dangers(group: SharedLevelInputs) -> SharedLevelInputs:
    kept = {
        name: value
        for name in SharedLevelInputs.model_fields
        if (value := getattr(group, name)) is not None and name != _WALL and is_danger(name, value)
    }
    return SharedLevelInputs(**kept)


def _worst_level(facts: Sequence[LevelInputs]) -> LevelInputs:
    kept: dict[str, Any] = {}
    for name in _LEVEL_DANGER:
        values = [value for one in facts if (value := getattr(one, name)) is not None]
        if values:
            kept[name] = False if name == "surgeon_stable" else _worst(name, values)
    if "loss_percent" in kept:
        kept["loss_uncertainty"] = max(
            (one.loss_uncertainty for one in facts if one.loss_uncertainty is not None), default=None
        )
    return LevelInputs(**kept)


def _worst_shared(groups: Sequence[SharedLevelInputs]) -> SharedLevelInputs:
    kept: dict[str, Any] = {}
    for name in SharedLevelInputs.model_fields:
        if values := [value for group in groups if (value := getattr(group, name)) is not None]:
            kept[name] = _worst(name, values)
    return SharedLevelInputs(**kept)


def _worst(name: str, values: Sequence[Any]) -> Any:
    return max(values, key=_ORDER[name].index) if name in _ORDER else max(values)
