"""What is still honoured of a refused record: its values that raise the gates G1 to G5, and nothing that lowers them.

Sources: gates G1 (neurology), G2 (epidural disease), G3 (instability), G4 (SINS) and G5 (contraindication) of the
policy. The SINS items (Fisher 2010) count as soon as they score above their lowest value.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from vcfimg.clinical.inputs import IDENTIFIERS, ClinicalInputs, LevelInputs

_ORDER: Final[dict[str, tuple[str, ...]]] = {
    "escc": ("0", "1a", "1b", "1c", "2", "3"),
    "bone_quality": ("blastic", "mixed", "lytic"),
    "alignment": ("normal", "deformity", "translation"),
    "posterolateral": ("none", "unilateral", "bilateral"),
}
"""Graded facts from the least to the most dangerous value; which ESCC grade raises G2 is the policy's to say."""

_TRUE_IS_DANGER: Final = (
    "clinical_cord_compression",
    "new_neurological_deficit",
    "overt_instability",
    "infection",
    "coagulopathy_uncorrected",
    "cement_allergy",
    "pregnancy",
    "pain_positional",
)

_LEVEL_DANGER: Final[dict[str, Callable[[Any], bool]]] = {
    "escc": lambda value: value != "0",
    "bone_quality": lambda value: value != "blastic",
    "alignment": lambda value: value != "normal",
    "posterolateral": lambda value: value != "none",
    "body_involved_over_half": lambda value: value is True,
    "loss_percent": lambda value: value > 0,
}


def dangers_of(inputs: ClinicalInputs) -> ClinicalInputs:
    """The refused form of a record: identifiers, level names and dangers kept, every other value unknown."""
    kept: dict[str, Any] = {name: getattr(inputs, name) for name in IDENTIFIERS}
    kept |= {name: True for name in _TRUE_IS_DANGER if getattr(inputs, name) is True}
    if inputs.surgeon_stable is False:
        kept["surgeon_stable"] = False
    if inputs.pain_vas is not None and inputs.pain_vas > 0:
        kept |= {"pain_vas": inputs.pain_vas, "pain_vas_date": inputs.pain_vas_date}
    kept["levels"] = {level: _level_dangers(facts) for level, facts in _named(inputs).items()}
    return ClinicalInputs(**kept, refused=True)


def has_danger(inputs: ClinicalInputs) -> bool:
    """Whether a record holds any value that raises G1 to G5."""
    identifiers = {name: getattr(inputs, name) for name in IDENTIFIERS}
    empty = ClinicalInputs(refused=True, levels={level: LevelInputs() for level in _named(inputs)}, **identifiers)
    return dangers_of(inputs) != empty


def union_of_dangers(first: ClinicalInputs, second: ClinicalInputs) -> ClinicalInputs:
    """The dangers of two refused records together, the worse value where both have one.

    Identifiers are the first's, filled up from the second's.
    """
    kept: dict[str, Any] = {name: getattr(first, name) or getattr(second, name) for name in IDENTIFIERS}
    for name in _TRUE_IS_DANGER:
        kept[name] = getattr(first, name) or getattr(second, name)
    if False in {first.surgeon_stable, second.surgeon_stable}:
        kept["surgeon_stable"] = False
    worst = max((first, second), key=lambda inputs: -1.0 if inputs.pain_vas is None else inputs.pain_vas)
    kept |= {"pain_vas": worst.pain_vas, "pain_vas_date": worst.pain_vas_date}
    kept["levels"] = {
        level: _worst_level([inputs.levels[level] for inputs in (first, second) if level in inputs.levels])
        for level in dict.fromkeys((*first.levels, *second.levels))
    }
    return ClinicalInputs(**kept, refused=True)


def _named(inputs: ClinicalInputs) -> dict[str, LevelInputs]:
    """The levels described, and those examined: there the dangers of the patient show, too."""
    return {**{level: LevelInputs() for level in inputs.exam_levels or ()}, **inputs.levels}


def _level_dangers(facts: LevelInputs) -> LevelInputs:
    kept = {
        name: value
        for name, is_danger in _LEVEL_DANGER.items()
        if (value := getattr(facts, name)) is not None and is_danger(value)
    }
    if "loss_percent" in kept:
        kept["loss_uncertainty"] = facts.loss_uncertainty
    return LevelInputs(**kept)


def _worst_level(facts: Sequence[LevelInputs]) -> LevelInputs:
    kept: dict[str, Any] = {}
    for name in _LEVEL_DANGER:
        values = [value for one in facts if (value := getattr(one, name)) is not None]
        if values:
            kept[name] = max(values, key=_ORDER[name].index) if name in _ORDER else max(values)
    if "loss_percent" in kept:
        kept["loss_uncertainty"] = max(
            (one.loss_uncertainty for one in facts if one.loss_uncertainty is not None), default=None
        )
    return LevelInputs(**kept)
