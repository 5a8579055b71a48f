"""From level-free facts to the measured spine: a pure function, so that an old result can be re-decided."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vcfimg.base import Note
from vcfimg.imaging.findings.angles import wedge_angle
from vcfimg.imaging.findings.expected_heights import REFERENCE_LOW, Body, ExpectedHeights, expected_heights
from vcfimg.imaging.findings.fracture import is_fractured
from vcfimg.imaging.findings.genant import genant
from vcfimg.imaging.findings.height_loss import (
    expected_mm,
    height_uncertainty,
    index_uncertainty,
    loss_uncertainty,
    losses,
    normal_uncertainty,
)
from vcfimg.imaging.findings.kyphosis import regional_kyphosis
from vcfimg.imaging.findings.stir import stir_findings
from vcfimg.imaging.findings.t1 import darker_than_disc, t1_finding
from vcfimg.imaging.findings.too_tall import without_too_tall
from vcfimg.imaging.findings.wall_finding import canal_report, wall_finding
from vcfimg.imaging.levels.naming import Naming, name_levels
from vcfimg.imaging.measurement import (
    SHAPE_OR_LOSS,
    LossPercent,
    Quality,
    SeriesReading,
    SpineMeasurement,
    SpineReport,
    StirFinding,
    T1Finding,
    VertebraMeasurement,
    WallFinding,
)
from vcfimg.imaging.raw import UNKNOWN_HEIGHTS, RawSpine, RawVertebra, SeriesHeights, is_measured, unmeasured_reasons
from vcfimg.policy.measurement_section import MeasurementPolicy

if TYPE_CHECKING:
    from vcfimg.policy import Policy


def derive(raw: RawSpine, levels: Mapping[int, str] | None, policy: "Policy") -> SpineMeasurement:
    """Name the levels and derive expected heights, losses with intervals, edema, wall findings and angles.

    Parameters
    ----------
    raw
        Level-free facts of one study.
    levels
        A person's corrections, vertebra id → level; the rest follow by counting. None or empty: count from landmarks.

    Returns
    -------
    SpineMeasurement
        Vertebrae from head to foot. A vertebra that is not measured keeps its place and reasons, without numbers.

    Raises
    ------
    VcfimgError
        ``levels_*`` when the corrections name an unknown vertebra or level, or cannot all be true.
    """
    numbers = policy.measurement
    vertebrae = sorted(raw.vertebrae, key=lambda v: v.order)
    naming = name_levels(raw, levels, numbers)
    expected = expected_heights([_body(v, naming) for v in vertebrae], numbers)
    vertebrae = without_too_tall(vertebrae, expected.references)
    t1 = {v.id: t1_finding(v, raw.series, numbers) for v in vertebrae}
    on_t1 = {i: darker_than_disc(finding, numbers) for i, finding in t1.items()}
    dark = {i: is_dark for i, is_dark in on_t1.items() if is_dark is not None}
    stir = stir_findings(raw, expected.dropped, dark, numbers)
    walls = _walls(vertebrae, naming, expected.dropped, numbers)
    measured = tuple(_vertebra(v, naming, expected, stir[v.id], t1[v.id], walls[v.id], numbers) for v in vertebrae)
    fractured = frozenset(m.id for m in measured if m.fractured)
    spine = SpineReport(
        kyphosis=regional_kyphosis(
            [v for v in vertebrae if is_measured(v)], naming.levels, naming.positions, fractured, numbers
        ),
        canal=canal_report(vertebrae, naming.levels, {i: w.canal_narrowing_percent for i, w in walls.items()}),
        notes=_notes(raw, stir),
    )
    return SpineMeasurement(levels=naming.report, vertebrae=measured, spine=spine)


def _body(vertebra: RawVertebra, naming: Naming) -> Body:
    return Body(
        id=vertebra.id,
        place=naming.positions[vertebra.id],
        level=naming.shape_level(vertebra.id),
        named=naming.levels[vertebra.id] is not None,
        heights=vertebra.height_mm if is_measured(vertebra) else UNKNOWN_HEIGHTS,
        depth_mm=vertebra.depth_mm,
    )


def _vertebra(
    vertebra: RawVertebra,
    naming: Naming,
    expected: ExpectedHeights,
    stir: StirFinding,
    t1: T1Finding,
    wall: WallFinding,
    policy: MeasurementPolicy,
) -> VertebraMeasurement:
    seen = VertebraMeasurement(
        id=vertebra.id,
        order=vertebra.order,
        level=naming.levels[vertebra.id],
        level_guess=naming.guesses[vertebra.id],
        center_mm=vertebra.center_mm,
        stir=stir,
        t1=t1,
        quality=Quality(
            measured=False,
            reasons=_unique(unmeasured_reasons(vertebra), vertebra.notes),
        ),
    )
    if not is_measured(vertebra):
        return seen
    references, doubts = expected.references[vertebra.id], expected.reasons[vertebra.id]
    half_widths = height_uncertainty(vertebra.height_mm, vertebra.height_error_mm, policy)
    loss = losses(vertebra.height_mm, references)
    suspect = "reference_suspect" in doubts
    by_position = loss_uncertainty(vertebra.height_mm, vertebra.height_error_mm, references, policy, suspect=suspect)
    if REFERENCE_LOW in doubts and (loss.index or 0.0) < policy.fracture_loss_percent:
        # a reference that is too low hides a collapse, it cannot feign one
        loss, by_position = LossPercent(), UNKNOWN_HEIGHTS
    normal = normal_uncertainty(vertebra.height_mm, vertebra.height_error_mm, references, policy)
    fractured = is_fractured(loss, normal, policy, edema=stir.edema)
    open_reason = (SHAPE_OR_LOSS,) if loss.index is not None and fractured is None else ()
    return seen.model_copy(
        update={
            "points_mm": vertebra.points_mm,
            "measured_on": vertebra.measured_on,
            "by_series": tuple(_reading(s) for s in vertebra.by_series),
            "height_mm": vertebra.height_mm,
            "expected_height_mm": expected_mm(references),
            "height_uncertainty_mm": half_widths,
            "loss_percent": loss,
            "loss_uncertainty": index_uncertainty(loss, by_position),
            "loss_uncertainty_by_position": by_position,
            # Genant's grades are those of fractures: a normal variant has none
            "genant": None if open_reason else genant(loss, policy),
            "fractured": fractured,
            "wedge_angle_deg": wedge_angle(vertebra),
            "wall": wall,
            "quality": Quality(measured=True, reasons=_unique(doubts, open_reason, vertebra.notes)),
        }
    )


def _reading(series: SeriesHeights) -> SeriesReading:
    return SeriesReading(
        series_instance_uid=series.series_instance_uid,
        stack=series.stack,
        height_mm=series.height_mm,
        sop_instance_uids=series.sop_instance_uids,
    )


def _unique(*codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for group in codes for code in group))


def _walls(
    vertebrae: Sequence[RawVertebra], naming: Naming, fractured: frozenset[int], policy: MeasurementPolicy
) -> dict[int, WallFinding]:
    by_place = {naming.positions[v.id]: v for v in vertebrae if is_measured(v)}
    walls = {}
    for v in vertebrae:
        place = naming.positions[v.id]
        walls[v.id] = wall_finding(v, by_place.get(place - 1), by_place.get(place + 1), fractured, policy)
    return walls


def _notes(raw: RawSpine, stir: Mapping[int, StirFinding]) -> tuple[Note, ...]:
    """What a reader of the whole spine must know."""
    notes = list(raw.warnings)
    if any("diffuse_marrow" in finding.reasons for finding in stir.values()):
        text = "the marrow of the whole spine is abnormal, so no reference exists and edema is unknown"
        notes.append(Note(code="diffuse_marrow", text=text))
    substitutes = sorted({finding.substitute for finding in stir.values() if finding.substitute})
    notes += [
        Note(code="substitute", text=f"edema was read on the {role.label} series instead of STIR")
        for role in substitutes
    ]
    return tuple(dict.fromkeys(notes))
