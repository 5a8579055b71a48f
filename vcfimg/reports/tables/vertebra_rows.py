"""``summary.csv``: a row per vertebra."""

from collections.abc import Iterator
from typing import Final

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.recommendation.recommendation import Recommendation
from vcfimg.reports.tables.csv_table import Cell
from vcfimg.reports.tables.worklist import WorklistEntry
from vcfimg.result import ScreeningResult

HEADER: Final[tuple[str, ...]] = (
    "study_instance_uid",
    "patient_id",
    "accession_number",
    "study_date",
    "study_status",
    "vertebra_id",
    "order",
    "level",
    "level_guess",
    "levels_counted_from",
    "levels_confirmed",
    "measured",
    "quality_reasons",
    "measured_on",
    "height_anterior_mm",
    "height_middle_mm",
    "height_posterior_mm",
    "expected_anterior_mm",
    "expected_middle_mm",
    "expected_posterior_mm",
    "height_uncertainty_anterior_mm",
    "height_uncertainty_middle_mm",
    "height_uncertainty_posterior_mm",
    "loss_anterior_percent",
    "loss_middle_percent",
    "loss_posterior_percent",
    "loss_index_percent",
    "loss_uncertainty_percent_points",
    "genant_grade",
    "genant_type",
    "wedge_angle_deg",
    "stir_ratio_to_normal",
    "stir_ratio_to_csf",
    "stir_edema_fraction",
    "stir_pattern",
    "stir_edema",
    "stir_substitute",
    "t1_dark_marrow",
    "retropulsion_mm",
    "canal_narrowing_percent",
    "status",
    "preference",
    "borderline",
    "missing",
    "sins_min",
    "sins_max",
    "escc",
    "biopsy",
    "alerts",
    "priority_class",
    "policy_version",
    "vcfimg_version",
    "measured_on_stack",
)
"""Column names; losses are in percent of the expected height, their uncertainty in percent points (95 % half-width).

``measured_on`` and ``measured_on_stack`` name one entry of ``series[]`` in ``result.json``. A new column comes last.
"""


def summary_rows(result: ScreeningResult) -> Iterator[tuple[Cell, ...]]:
    """Rows of one study, head to foot, then levels that the clinical record names but the images do not show.

    A study without any vertebra still gets one row, so that it is not lost from the table.
    """
    by_vertebra = {item.vertebra_id: item for item in result.recommendations if item.vertebra_id is not None}
    seen = set()
    for vertebra in sorted(result.vertebrae, key=lambda item: item.order):
        seen.add(vertebra.id)
        yield _row(result, vertebra, by_vertebra.get(vertebra.id))
    unseen = [item for item in result.recommendations if item.vertebra_id is None or item.vertebra_id not in seen]
    for item in unseen:
        yield _row(result, None, item)
    if not result.vertebrae and not unseen:
        yield _row(result, None, None)


def unread_row(entry: WorklistEntry) -> tuple[Cell, ...]:
    """The row of a study whose result cannot be read."""
    study = entry.study
    cells: dict[str, Cell] = {
        "study_instance_uid": study.study_instance_uid,
        "patient_id": study.patient_id,
        "accession_number": study.accession_number,
        "study_date": study.study_date,
        "study_status": entry.status,
        "measured": False,
        "quality_reasons": entry.failure.code if entry.failure else None,
        "priority_class": entry.priority.class_,
    }
    return tuple(cells.get(name) for name in HEADER)


def _row(
    result: ScreeningResult, vertebra: VertebraMeasurement | None, found: Recommendation | None
) -> tuple[Cell, ...]:
    study, provenance = result.study, result.provenance
    sins = found.sins if found else None
    return (
        study.study_instance_uid,
        study.patient_id,
        study.accession_number,
        study.study_date,
        result.status,
        *(_vertebra_cells(result, vertebra) if vertebra else _unseen_cells(result, found)),
        found.status.value if found else None,
        found.preference.value if found else None,
        ";".join(f"{value:g}" for value in found.borderline) if found else None,
        ";".join(found.missing) if found else None,
        sins.min if sins else None,
        sins.max if sins else None,
        found.escc if found else None,
        found.biopsy if found else None,
        ";".join(alert.code for alert in found.alerts) if found else None,
        result.priority.class_,
        provenance.policy.version,
        provenance.version,
        vertebra.measured_on.stack if vertebra and vertebra.measured_on else None,
    )


def _vertebra_cells(result: ScreeningResult, vertebra: VertebraMeasurement) -> tuple[Cell, ...]:
    heights = (vertebra.height_mm, vertebra.expected_height_mm, vertebra.height_uncertainty_mm)
    loss, stir = vertebra.loss_percent, vertebra.stir
    return (
        vertebra.id,
        vertebra.order,
        vertebra.level,
        vertebra.level_guess,
        result.levels.counted_from,
        result.levels.confirmed,
        vertebra.quality.measured,
        ";".join(vertebra.quality.reasons),
        vertebra.measured_on.series_instance_uid if vertebra.measured_on else None,
        *(value for item in heights for value in (item.anterior, item.middle, item.posterior)),
        loss.anterior,
        loss.middle,
        loss.posterior,
        loss.index,
        vertebra.loss_uncertainty,
        vertebra.genant.grade if vertebra.genant else None,
        vertebra.genant.type if vertebra.genant else None,
        vertebra.wedge_angle_deg,
        stir.ratio_to_normal,
        stir.ratio_to_csf,
        stir.edema_fraction,
        stir.pattern,
        stir.edema,
        stir.substitute,
        vertebra.t1.dark_marrow,
        vertebra.wall.retropulsion_mm,
        vertebra.wall.canal_narrowing_percent,
    )


def _unseen_cells(result: ScreeningResult, found: Recommendation | None) -> tuple[Cell, ...]:
    genant = found.genant if found else None
    cells: dict[str, Cell] = {
        "level": found.level if found else None,
        "levels_counted_from": result.levels.counted_from,
        "levels_confirmed": result.levels.confirmed,
        "measured": False,
        "genant_grade": genant.grade if genant else None,
        "genant_type": genant.type if genant else None,
    }
    if result.failure:
        cells["quality_reasons"] = result.failure.code
    first, last = HEADER.index("vertebra_id"), HEADER.index("status")
    return tuple(cells.get(name) for name in HEADER[first:last])
