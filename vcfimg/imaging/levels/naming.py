"""Names the vertebrae of one study: counted from the sacrum, from C2, by a person, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vcfimg.base import Note
from vcfimg.imaging.levels.corrections import apply_corrections
from vcfimg.imaging.levels.counting import Count, CountedFrom, count_from_landmarks
from vcfimg.imaging.levels.guess import guess_levels, text_contradicted
from vcfimg.imaging.levels.spacing import Spacing, analyse_spacing
from vcfimg.imaging.measurement import LevelReport
from vcfimg.imaging.raw import RawSpine, RawVertebra
from vcfimg.policy.measurement_section import MeasurementPolicy

_LANDMARKS: Final = ("sacrum", "c2")


@dataclass(frozen=True)
class Naming:
    """Names, guesses and places of all vertebrae, by vertebra id.

    Parameters
    ----------
    levels
        Counted names; None where counting is not certain.
    guesses
        Names that are only probable; None where a counted name exists or nothing is known.
    positions
        Place along the spine, 0 = nearest to the head; bodies that seem to be missing take a place.
    """

    levels: Mapping[int, str | None]
    guesses: Mapping[int, str | None]
    positions: Mapping[int, int]
    report: LevelReport

    def shape_level(self, vertebra_id: int) -> str | None:
        """The level whose normal shape applies: the name, else the guess."""
        return self.levels[vertebra_id] or self.guesses[vertebra_id]


def name_levels(raw: RawSpine, corrections: Mapping[int, str] | None, policy: MeasurementPolicy) -> Naming:
    """Count the levels of ``raw``.

    A landmark names every vertebra that can be reached from it without a suspicious gap; beyond a gap a counted
    name is only a guess. Names stay unconfirmed unless a person gave them.

    Raises
    ------
    VcfimgError
        ``levels_*`` when the corrections name an unknown vertebra or level, or cannot all be true.
    """
    vertebrae = sorted(raw.vertebrae, key=lambda v: v.order)
    spacing = analyse_spacing(vertebrae, raw.anchors, policy)
    if corrections:
        corrected = apply_corrections(vertebrae, spacing, raw.anchors, corrections)
        positions, count = corrected.positions, corrected.count
    else:
        positions = place(vertebrae, spacing)
        count = count_from_landmarks(raw, vertebrae, positions, spacing, policy)
    warnings = [*count.warnings, *_spacing_warnings(vertebrae, spacing, count)]

    levels = {v.id: count.names.get(v.id) if v.id in count.certain else None for v in vertebrae}
    probable = {v.id: count.names.get(v.id) for v in vertebrae}
    named, counted = any(levels.values()), any(probable.values())
    source: CountedFrom = count.source if named else "none"
    if not named and (count.source in _LANDMARKS or not counted):
        guessed, from_text = guess_levels(vertebrae, positions, raw.level_text, policy, count.names)
        basis = "DICOM text, shape and size" if from_text else "shape and size"
        if guessed and not counted:
            text = f"no landmark was seen; level_guess comes from {basis} and is not a name"
            warnings.append(Note(code="levels_guessed", text=text))
            source = "dicom" if from_text else source
        elif any(probable[i] != name for i, name in guessed.items()):
            text = (
                f"{basis} speak against the count from a landmark that was not seen clearly; level_guess follows them "
                "and is not a name"
            )
            warnings.append(Note(code="levels_guessed", text=text))
        if text_contradicted(vertebrae, raw.level_text, policy):
            text = "the size of the bodies does not fit the body part that the DICOM headers name; it is not used"
            warnings.append(Note(code="body_part_contradicted", text=text))
        probable |= guessed
    guesses = {i: None if levels[i] else name for i, name in probable.items()}
    if vertebrae and not named:
        text = "the vertebrae could not be counted from a landmark; a reader must name them"
        warnings.append(Note(code="levels_unnamed", text=text))
    report = LevelReport(counted_from=source, confirmed=source == "user", warnings=tuple(dict.fromkeys(warnings)))
    return Naming(levels, guesses, positions, report)


def place(vertebrae: Sequence[RawVertebra], spacing: Spacing) -> dict[int, int]:
    """Vertebra id → place along the spine, missing bodies counted in."""
    positions, position = {}, 0
    for i, vertebra in enumerate(vertebrae):
        if i:
            position += 1 + spacing.missing[i - 1]
        positions[vertebra.id] = position
    return positions


def _spacing_warnings(vertebrae: Sequence[RawVertebra], spacing: Spacing, count: Count) -> list[Note]:
    """Say where a body seems to be missing or doubled, and what that does to the names."""
    warnings = []
    for i, (missing, crowded) in enumerate(zip(spacing.missing, spacing.crowded, strict=True)):
        upper, lower = vertebrae[i].id, vertebrae[i + 1].id
        settled = upper in count.certain and lower in count.certain
        if missing:
            effect = "the landmarks agree on the count" if settled else "names beyond the gap are only guesses"
            text = f"{missing} vertebra(e) may have been missed between {upper} and {lower}; {effect}"
            warnings.append(Note(code="missed_vertebra", text=text))
        if crowded:
            text = f"{upper} and {lower} lie too close together; one may be a false or split body"
            warnings.append(Note(code="crowded_vertebrae", text=text))
    return warnings
