"""Compares what the pipeline made of a case with its truth."""

from itertools import combinations

import numpy as np

from vcfimg.evaluation.body_matching import false_bodies, match
from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.evaluation.overlap import Overlap, body_overlap
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.evaluation.timed_run import Outcome
from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.imaging.raw import POSITIONS, Heights, at
from vcfimg.policy import MeasurementPolicy


def score(case: Case, outcome: Outcome, policy: MeasurementPolicy, memory_mb: float) -> tuple[CaseRow, list[BodyRow]]:
    """Rows of one case."""
    found = sorted(outcome.raw.vertebrae, key=lambda v: v.order)
    matched = match(found, case.bodies)
    by_id = {v.id: v for v in outcome.measurement.vertebrae}
    rows = []
    for i, body in enumerate(case.bodies):
        if i in matched:
            vertebra = by_id[found[matched[i]].id]
            rows.append(_row(case, body, vertebra, _overlap(case, body, vertebra.id, outcome), policy))
        elif body.complete:
            rows.append(BodyRow(case.name, case.contrast, body.level, True, False))
    levels = outcome.measurement.levels
    instances = {key: labels.instances for key, labels in outcome.segmentation.label_maps.items()}
    false = false_bodies(found, matched, case, instances)
    summary = CaseRow(
        case=case.name,
        contrast=case.contrast,
        bodies=sum(b.complete for b in case.bodies),
        found=sum(r.found for r in rows if r.complete),
        false_bodies=len(false),
        counted_from=levels.counted_from,
        transitional=case.usual_count is False,
        flagged_transitional=any(
            w.code.startswith(("transitional", "too_many", "count_mismatch")) for w in levels.warnings
        ),
        seconds=outcome.seconds.get("all"),
        peak_memory_mb=memory_mb,
        warnings=tuple(w.code for w in levels.warnings),
    )
    return summary, rows


def _row(
    case: Case, body: TrueBody, found: VertebraMeasurement, overlap: Overlap | None, policy: MeasurementPolicy
) -> BodyRow:
    index, true_index = found.loss_percent.index, body.index_loss
    fraction = body.edema_fraction
    return BodyRow(
        case=case.name,
        contrast=case.contrast,
        level=body.level,
        complete=body.complete,
        found=True,
        vertebra_id=found.id,
        named=found.level,
        guessed=found.level_guess,
        nameable=body.level is not None and bool(case.sacrum_in_view) and case.usual_count is not False,
        nameable_from_c2=body.level is not None and bool(case.c2_in_view) and not case.sacrum_in_view,
        measured=found.quality.measured,
        reasons=found.quality.reasons,
        dice=None if overlap is None else overlap.dice,
        surface_mm=None if overlap is None else overlap.surface_mm,
        height_mm=found.height_mm,
        height_true_mm=body.height_mm,
        height_half_width_mm=found.height_uncertainty_mm,
        loss=Heights(**{x: getattr(found.loss_percent, x) for x in POSITIONS}),
        loss_true=body.loss_percent,
        loss_half_width=found.loss_uncertainty_by_position,
        index_loss=index,
        index_loss_true=true_index,
        index_half_width=found.loss_uncertainty,
        # what is left open is not called: missed where it is a fracture
        fractured=None if index is None else found.fractured is True,
        fractured_true=False
        if case.healthy
        else None
        if true_index is None
        else true_index >= policy.fracture_loss_percent,
        edema=found.stir.edema,
        edema_true=_edema_true(fraction, policy),
        edema_readable=any(v.role.shows_edema for v in case.volumes) and not case.diffuse_marrow,
        edema_fraction=found.stir.edema_fraction,
        edema_fraction_true=fraction,
        between_series_mm=_between_series(found),
    )


def _edema_true(fraction: float | None, policy: MeasurementPolicy) -> bool | None:
    """Present or absent by the policy's fractions; None between them, where neither answer is wrong."""
    if fraction is None:
        return None
    if fraction >= policy.edema_fraction_true:
        return True
    return False if fraction <= policy.edema_fraction_false else None


def _between_series(found: VertebraMeasurement) -> tuple[float, ...]:
    differences = []
    for one, other in combinations(found.by_series, 2):
        for x in POSITIONS:
            a, b = at(one.height_mm, x), at(other.height_mm, x)
            if a is not None and b is not None:
                differences.append(a - b)
    return tuple(differences)


def _overlap(case: Case, body: TrueBody, vertebra_id: int, outcome: Outcome) -> Overlap | None:
    """On the reference series where it has a mask, else on the first series that has one."""
    keys = sorted(case.masks, key=lambda key: key != outcome.segmentation.reference)
    spacings = {v.key: v.spacing for v in case.volumes}
    for key in keys:
        found = outcome.segmentation.label_maps.get(key)
        true = case.masks[key] == body.label
        if found is None or found.instances.shape != true.shape or body.label == 0 or not true.any():
            continue
        column_mm, row_mm, _ = (float(s) for s in spacings[key])
        return body_overlap(np.asarray(true), found.instances == vertebra_id, (column_mm, row_mm))
    return None
