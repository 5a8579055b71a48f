"""Names the vertebrae of one study: counted from the sacrum, from C2, by a person, or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vcfimg.base import Note
from vcfimg.imaging.levels.corrections import apply_corrections
from vcfimg.imaging.levels.counting import Count, CountedFrom, count_from_landmarks
from vcfimg.imaging.levels.guess import counter_evidence, guess_levels, text_contradicted
from vcfimg.imaging.levels.spacing import Spacing, analyse_spacing
from vcfimg.imaging.measurement import LevelReport
from vcfimg.imaging.raw import RawSpine, RawVertebra
from vcfimg.policy.measurement_section import MeasurementPolicy

_LANDMARKS: Final = ("sacrum", "c2")

_SPEAKS_AGAINST: Final = 3.0
"""Squared spreads by which size and shape of the column have to fit another count better before the names say so: no
other fits better at all in eight real lumbar spines with a plain sacrum."""

_SLIPPED: Final = 0.25
"""Step of the last body on the sacral endplate, relative to the depth of that, from which a slip is told: the second
grade of Meyerding. A slipped L5 loses its square shape and the sacrum its step, so that one is taken for the other."""


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
    elif named and source == "sacrum":
        warnings += _lumbosacral_warnings(vertebrae, raw, levels, policy)
    guesses = {i: None if levels[i] else name for i, name in probable.items()}
    if vertebrae and not named:
        text = "the vertebrae could not be counted from a landmark; a reader must name them"
        warnings.append(Note(code="levels_unnamed", text=text))
    report = LevelReport(counted_from=source, confirmed=source == "user", warnings=tuple(dict.fromkeys(warnings)))
    return Naming(levels, guesses, positions, report)


def _lumbosacral_warnings(
    vertebrae: Sequence[RawVertebra], raw: RawSpine, levels: Mapping[int, str | None], policy: MeasurementPolicy
) -> list[Note]:
    """What speaks against names counted from the sacrum that were given all the same."""
    warnings = []
    steps, gain = counter_evidence(vertebrae, levels, policy)
    if steps and gain > _SPEAKS_AGAINST:
        where = "below" if steps > 0 else "above"
        text = (
            "size and shape of the column speak against the count from the sacrum: every vertebra looks like the level "
            f"{where} the one named; check the count on a series that shows C2, or correct the levels"
        )
        warnings.append(Note(code="column_disagrees", text=text))
    slip = _slip(vertebrae, raw)
    if slip is not None and abs(slip) >= _SLIPPED:
        side = "in front of" if slip > 0 else "behind"
        text = (
            f"the last vertebra above the sacrum stands {abs(slip):.0%} of the sacral endplate {side} it; where a body "
            "slips, L5 and S1 are easily mistaken for each other: check the count"
        )
        warnings.append(Note(code="slip_above_sacrum", text=text))
    return warnings


def _slip(vertebrae: Sequence[RawVertebra], raw: RawSpine) -> float | None:
    """How far the last body stands in front of the sacral endplate, as a share of its depth; None where not seen."""
    sacrum = next((a for a in raw.anchors if a.kind == "sacrum" and len(a.points_mm) == 2), None)
    last = next((v for v in vertebrae if sacrum is not None and v.id == sacrum.adjacent_id), None)
    if sacrum is None or last is None or last.points_mm is None:
        return None
    front, back = (np.array(point) for point in sacrum.points_mm)
    depth = float(np.linalg.norm(back - front))
    if depth <= 0.0:
        return None
    corner = np.array(last.points_mm.posterior_inferior)
    return float((back - corner) @ (back - front)) / depth**2


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
