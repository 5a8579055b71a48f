"""What is drawn over a figure: outlines, points and labels, ready for the SVG part of the page."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.reports.pictures.figure import Figure, FigureBody, Point
from vcfimg.reports.wording.numbers import percent, plus_minus
from vcfimg.reports.wording.vertebra_names import Flag, collapse_words, edema_words, vertebra_flag, vertebra_name
from vcfimg.result import ScreeningResult
from vcfimg.roles import display_rank

LABEL_MM = 5.2
"""Height of a label line, in the millimetres of the picture."""


@dataclass(frozen=True)
class Mark:
    """One body as drawn: SVG path data in picture pixels, points, and label lines beside its anterior wall."""

    flag: Flag
    finding: str
    """``collapsed, edema not known``."""
    path: str
    points: tuple[Point, ...]
    height_lines: tuple[tuple[Point, Point], ...]
    label_at: Point
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """One figure with everything the page needs."""

    figure: Figure
    title: str
    data_uri: str
    alt: str
    caption: str
    font: float
    """Height of a label line in picture pixels."""
    marks: tuple[Mark, ...]


def drawings(result: ScreeningResult, figures: Mapping[str, Figure]) -> tuple[Drawing, ...]:
    """The drawings of a study: stations from the head, within a station by :func:`vcfimg.roles.display_rank`."""
    station = {item.series_id.key: item.station or 0 for item in result.series}
    ordered = sorted(
        figures.values(),
        key=lambda figure: (
            station.get(figure.series_key, 0),
            display_rank(figure.role),
            figure.series_key,
        ),
    )
    return tuple(draw(figure, result.vertebrae) for figure in ordered)


def draw(figure: Figure, vertebrae: Sequence[VertebraMeasurement]) -> Drawing:
    """Names and flags of ``vertebrae`` over the geometry of ``figure``."""
    by_id = {vertebra.id: vertebra for vertebra in vertebrae}
    known = [(body, by_id[body.vertebra_id]) for body in figure.bodies if body.vertebra_id in by_id]
    title = figure.role.heading
    where = _slices(figure)
    named = "; ".join(read_aloud(item) for _, item in known)
    return Drawing(
        figure=figure,
        title=title,
        data_uri="data:image/png;base64," + base64.b64encode(figure.png).decode("ascii"),
        alt=f"Sagittal {title} image, {where}, head up, anterior to the left. {named or 'No vertebra marked'}.",
        caption=where,
        font=LABEL_MM / figure.mm_per_pixel,
        marks=tuple(_mark(body, item, figure) for body, item in known),
    )


def loss_words(vertebra: VertebraMeasurement) -> str:
    """``48 ± 6 %``, or an empty text where the loss is unknown."""
    return percent(plus_minus(vertebra.loss_percent.index, vertebra.loss_uncertainty, 0))


def legend(drawn: Sequence[Drawing]) -> tuple[tuple[Flag, str], ...]:
    """What each way of drawing a body means here: only those that occur, in words that hold for these bodies."""
    found: dict[Flag, list[str]] = {}
    for mark in (mark for drawing in drawn for mark in drawing.marks):
        found.setdefault(mark.flag, []).append(mark.finding)
    order = [flag for flag in get_args(Flag) if flag in found]
    return tuple((flag, " or ".join(dict.fromkeys(found[flag]))) for flag in order)


def read_aloud(vertebra: VertebraMeasurement) -> str:
    """``T12 collapsed 48 ± 6 %, edema``."""
    collapse = collapse_words(vertebra)
    if collapse == "collapsed":
        collapse = f"{collapse} {loss_words(vertebra)}".rstrip()
    return f"{vertebra_name(vertebra)} {collapse}, {edema_words(vertebra)}"


def _mark(body: FigureBody, vertebra: VertebraMeasurement, figure: Figure) -> Mark:
    lines = [vertebra_name(vertebra)]
    collapse = collapse_words(vertebra)
    if collapse == "collapsed":
        lines.append(f"▼ {loss_words(vertebra)}")
    elif collapse != "no collapse":
        lines.append(collapse)
    if vertebra.stir.edema:
        lines.append("edema")
    points = body.points or {}
    pairs = [(f"{where}_superior", f"{where}_inferior") for where in ("anterior", "middle", "posterior")]
    drawn = [point for outline in body.outlines for point in outline] or list(points.values()) or [body.center]
    left = min(x for x, _ in drawn) - 2.5 / figure.mm_per_pixel
    # a label stays inside the picture where its body is cut by the border
    room = 0.6 * len(lines) * LABEL_MM / figure.mm_per_pixel
    middle = min(max(body.center[1], room), figure.height - room)
    return Mark(
        flag=vertebra_flag(vertebra),
        finding=f"{collapse}, {edema_words(vertebra)}",
        path=" ".join("M" + "L".join(f"{x:g} {y:g}" for x, y in outline) + "Z" for outline in body.outlines),
        points=tuple(points.values()),
        height_lines=tuple((points[a], points[b]) for a, b in pairs if a in points and b in points),
        label_at=(round(left, 1), round(middle, 1)),
        lines=tuple(lines),
    )


def _slices(figure: Figure) -> str:
    shown = figure.slices
    if len(shown) == 1:
        return f"slice {shown[0]} of {figure.slice_count}"
    return f"slices {shown[0]}–{shown[-1]} of {figure.slice_count}, following the curve of the spine"
