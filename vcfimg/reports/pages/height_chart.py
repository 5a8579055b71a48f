"""Heights along the spine as a drawing: read with its interval, and expected, for each of the three positions."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.imaging.raw import POSITIONS, Position, at
from vcfimg.reports.wording.vertebra_names import vertebra_flag, vertebra_name

STEP: Final = 26.0
"""Between two vertebrae, in units of the drawing."""
LEFT: Final = 34.0
TOP: Final = 8.0
TALL: Final = 150.0
"""Height of the part with data."""
BELOW: Final = 46.0
"""Room for the names."""
MOST_TICKS: Final = 40
"""Lines of the scale at most, whatever heights are handed in."""

TICK_MM: Final = 5.0


@dataclass(frozen=True)
class ChartPoint:
    """One vertebra at one position; places in units of the drawing."""

    x: float
    name: str
    flag: str
    read: float | None
    high: float | None
    low: float | None
    """Ends of the 95 % interval, None where it is not known."""
    expected: float | None
    aloud: str


@dataclass(frozen=True)
class HeightChart:
    """One position along the spine."""

    position: Position
    width: float
    height: float
    base: float
    points: tuple[ChartPoint, ...]
    ticks: tuple[tuple[float, str], ...]
    """Place and number of each line of the millimetre axis."""

    @property
    def expected_line(self) -> str:
        """Points of the line through the expected heights, for SVG."""
        return " ".join(f"{p.x:.1f},{p.expected:.1f}" for p in self.points if p.expected is not None)


def height_charts(vertebrae: Sequence[VertebraMeasurement]) -> tuple[HeightChart, ...]:
    """Anterior, middle and posterior chart, on one scale from head to foot; none where no height was read."""
    found = sorted(vertebrae, key=lambda vertebra: vertebra.order)
    every = [_values(vertebra, position) for vertebra in found for position in POSITIONS]
    ends = [end for read, half, expected in every for end in _ends(read, half, expected)]
    if not any(read is not None for read, _, _ in every):
        return ()
    low = TICK_MM * int(min(ends) // TICK_MM)
    high = TICK_MM * (int(max(ends) // TICK_MM) + 1)

    def place(mm: float) -> float:
        return round(TOP + TALL * (high - mm) / (high - low), 1)

    ticks = tuple((place(mm), f"{mm:g}") for mm in _steps(low, high))
    return tuple(
        HeightChart(
            position=position,
            width=LEFT + STEP * len(found) + 4,
            height=TOP + TALL + BELOW,
            base=TOP + TALL,
            points=tuple(_point(one, position, LEFT + STEP * (k + 0.5), place) for k, one in enumerate(found)),
            ticks=ticks,
        )
        for position in POSITIONS
    )


def _values(vertebra: VertebraMeasurement, position: Position) -> tuple[float | None, float | None, float | None]:
    heights = (vertebra.height_mm, vertebra.height_uncertainty_mm, vertebra.expected_height_mm)
    read, half, expected = (at(one, position) for one in heights)
    return read, half, expected


def _ends(read: float | None, half: float | None, expected: float | None) -> list[float]:
    found = [] if expected is None else [expected]
    return found if read is None else [*found, read - (half or 0.0), read + (half or 0.0)]


def _point(vertebra: VertebraMeasurement, position: Position, x: float, place: Callable[[float], float]) -> ChartPoint:
    read, half, expected = _values(vertebra, position)
    name = vertebra_name(vertebra)
    spread = f" ± {half:.1f}" if half is not None else ""
    said = f"{read:.1f}{spread} mm" if read is not None else "not read"
    return ChartPoint(
        x=round(x, 1),
        name=name,
        flag=vertebra_flag(vertebra),
        read=None if read is None else place(read),
        high=None if read is None or half is None else place(read + half),
        low=None if read is None or half is None else place(read - half),
        expected=None if expected is None else place(expected),
        aloud=f"{name}: {said}" + ("" if expected is None else f", expected {expected:.1f} mm"),
    )


def _steps(low: float, high: float) -> list[float]:
    step = TICK_MM * max(1, math.ceil((high - low) / TICK_MM / MOST_TICKS))
    return [low + step * k for k in range(int((high - low) / step) + 1)]
