"""``measure``: level-free facts of one study from its volumes and their label maps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import vec3
from vcfimg.imaging.body_axes import Grid
from vcfimg.imaging.landmarks.level_shape import shape_log_likelihood
from vcfimg.imaging.raw import Anchor, RawSpine, RawVertebra, Wall
from vcfimg.imaging.reading.combine import alone, combine_heights, reference_series
from vcfimg.imaging.reading.quality import UNMEASURABLE_MM, VOID_FRACTION, as_heights, contrasts_disagree
from vcfimg.imaging.reading.series import BodyReading, SeriesReading, read_series, six_points
from vcfimg.imaging.reading.surveys import measured_on_surveys, measuring
from vcfimg.imaging.segmentation import LUMBOSACRAL_DOUBT, STATIONS_DOUBT, Segmentation
from vcfimg.loaders.volume import Volume
from vcfimg.policy.policy import Policy

RIM_MM: Final = 10.0
"""Of a body that goes on beyond the stack, or beyond the labels, no more than this is seen: its rim, lower than its
middle."""

WIDE_SHARE: Final = 0.75
"""A series shows where the middle of a body is if it shows this share of the width that any of them shows."""

ASIDE_MM: Final = 6.0
"""A series whose end cuts a body so far from the middle that other series show has its rim, not its middle."""

Array = NDArray[np.float64]


def measure(
    volumes: Sequence[Volume], segmentation: Segmentation, policy: Policy, *, level_text: Sequence[str] = ()
) -> RawSpine:
    """Read heights, signals, walls, canal and landmarks of every vertebra on every series.

    The label maps only say where each body is; edges are located in the images themselves, on their native grids.

    Parameters
    ----------
    volumes
        The series of one study; those without a label map are left out.
    segmentation
        Label maps by series key, instance ids shared between them; ``reference`` is one of ``volumes``.
    policy
        ``policy.images.endplate_offset_mm`` is used.
    level_text
        Body-part words of the DICOM headers, passed on.

    Returns
    -------
    RawSpine
        Vertebrae from head to foot in the frame of ``segmentation.reference``. A vertebra that cannot be trusted has
        ``reasons``; nothing is dropped.
    """
    readings = [
        read_series(
            volume,
            segmentation.label_maps[volume.key],
            _shift(segmentation, volume.key),
            flank_offset_mm=policy.images.endplate_offset_mm,
        )
        for volume in volumes
        if volume.key in segmentation.label_maps
    ]
    ids = sorted({i for r in readings for i in r.seen})
    best = reference_series([r for r in readings if not r.survey and r.bodies] or readings)
    c2 = _best_anchor([r.c2 for r in readings])
    vertebrae = tuple(_vertebra(i, order, readings, best, segmentation, c2) for order, i in enumerate(ids, start=1))
    sacrum = _best_anchor([r.sacrum for r in readings])
    if sacrum is not None and segmentation.warns_of(LUMBOSACRAL_DOUBT):
        sacrum = _doubted(sacrum, LUMBOSACRAL_DOUBT)
    anchors = tuple(a for a in (c2, sacrum) if a is not None)
    if segmentation.warns_of(STATIONS_DOUBT):
        anchors = tuple(_doubted(a, STATIONS_DOUBT) for a in anchors)
    if not any(a.kind == "c2" and a.adjacent_id in ids and a.confidence == "high" for a in anchors):
        shape = _shape_of_column(readings, segmentation)
        vertebrae = tuple(v.model_copy(update={"level_log_likelihood": shape.get(v.id, ())}) for v in vertebrae)
    reference = next(v for v in volumes if v.key == segmentation.reference)
    return RawSpine(
        reference_series=reference.series_id,
        frame_of_reference_uid=reference.frame_of_reference_uid,
        vertebrae=vertebrae,
        anchors=anchors,
        series=tuple(r.signal for r in readings),
        segmenter=segmentation.provenance,
        segmenter_levels=dict(segmentation.level_names) if segmentation.level_names else None,
        level_text=tuple(level_text),
        warnings=(*segmentation.warnings, *measured_on_surveys(vertebrae, readings)),
    )


def _shape_of_column(readings: Sequence[SeriesReading], segmentation: Segmentation) -> dict[int, tuple[float, ...]]:
    """What the shape of the column says of each vertebra, from one series of each station: labels are shared."""
    out: dict[int, tuple[float, ...]] = {}
    for station in sorted({r.station for r in readings}):
        home = max((r for r in readings if r.station == station), key=lambda r: len(r.seen))
        labels = segmentation.label_maps[home.key]
        bodies = {i: body for i, (body, _) in home.seen.items()}
        out |= shape_log_likelihood(labels, Grid(labels.geometry), bodies, home.field)
    return out


def _shift(segmentation: Segmentation, key: str) -> Array:
    return np.asarray(segmentation.shifts_mm.get(key, (0.0, 0.0, 0.0)), np.float64)


def _doubted(anchor: Anchor, why: str) -> Anchor:
    """The anchor as one that no level may be counted from with certainty."""
    return anchor.model_copy(update={"confidence": "low", "notes": (*anchor.notes, why)})


def _best_anchor(found: Sequence[Anchor | None]) -> Anchor | None:
    """The surest of what the series show; the first among equals."""
    seen = [a for a in found if a is not None]
    sure = [a for a in seen if a.confidence == "high"]
    # where the series do not agree on the neighbour, none of them is sure
    neighbours = {a.adjacent_id for a in (sure or seen)}
    if not seen:
        return None
    anchor = (sure or seen)[0]
    if len(neighbours) > 1:
        return _doubted(anchor, "series_disagree")
    return anchor


def _vertebra(
    identity: int,
    order: int,
    readings: Sequence[SeriesReading],
    best: str | None,
    segmentation: Segmentation,
    c2: Anchor | None,
) -> RawVertebra:
    seen = [r for r in readings if identity in r.seen]
    # the centre of a cut body is that of its visible part
    whole = [r for r in seen if not r.seen[identity][0].on_border]
    on_border = not whole
    widest = max(r.seen[identity][0].width_mm for r in whole or seen)
    choice = [r for r in whole or seen if r.seen[identity][0].width_mm >= WIDE_SHARE * widest]
    home = next((r for r in choice if r.key == segmentation.reference), choice[0])
    body, centre = home.seen[identity]
    center = vec3(centre + _shift(segmentation, home.key))
    measured = {
        r.key: _without_rim(r, identity, np.array(center) - _shift(segmentation, r.key))
        for r in seen
        if identity in r.bodies
    }
    if not measured:
        return RawVertebra(
            id=identity,
            order=order,
            center_mm=center,
            axis_anterior=(0.0, -1.0, 0.0),
            axis_left=(1.0, 0.0, 0.0),
            axis_superior=(0.0, 0.0, 1.0),
            on_border=on_border,
            station=home.station,
            reasons=("border",) if on_border else ("too_small",),
        )
    measurable = measuring(identity, list(measured.values()))
    chosen, values, error = combine_heights(identity, measurable, best)
    reading = measured[chosen].bodies[identity]
    shift = _shift(segmentation, chosen)
    points = _stretched(reading, values) + shift
    all_readings = [r.bodies[identity] for r in measurable]
    wall = None if reading.wall is None else _moved(reading.wall, shift)
    signals = [r.bodies[identity].signal for r in measured.values()]
    canal = [b.canal_ap_mm for b in all_readings if b.canal_ap_mm is not None]
    return RawVertebra(
        id=identity,
        order=order,
        center_mm=center,
        on_border=on_border,
        station=home.station,
        axis_anterior=vec3(reading.axes[0]),
        axis_left=vec3(reading.axes[1]),
        axis_superior=vec3(reading.axes[2]),
        depth_mm=reading.depth_mm,
        width_mm=body.width_mm,
        measured_on=measured[chosen].series_id,
        points_mm=six_points(points),
        height_mm=as_heights(values),
        height_error_mm=as_heights(error),
        by_series=tuple(b.heights for b in all_readings),
        signals=tuple(s for s in signals if s is not None and s.role.traits.marrow_signal),
        wall=wall,
        canal_ap_mm=float(np.median(canal)) if canal else None,
        reasons=_reasons(identity, all_readings, error, on_border, c2),
    )


def _reasons(
    identity: int, readings: Sequence[BodyReading], error: Array, on_border: bool, c2: Anchor | None
) -> tuple[str, ...]:
    """Codes that make a vertebra not measured."""
    reasons: list[str] = []
    if on_border:
        reasons.append("border")
    if all(r.void >= VOID_FRACTION for r in readings):
        reasons.append("hardware")
    if all("partly_seen" in r.heights.reasons for r in readings):
        reasons.append("partly_seen")
    untrusted = [set(r.heights.reasons) - {"border", "partly_seen"} for r in readings]
    if all(untrusted):
        common = set.intersection(*untrusted)
        reasons += [code for code in ("motion", "edge_far_from_mask", "slices_disagree") if code in common]
    if float(np.max(error)) > UNMEASURABLE_MM:
        reasons.append("low_contrast" if all("low_contrast" in u for u in untrusted) else "uncertain")
    errors = {r.heights.series_id: alone(r.error) for r in readings}
    if contrasts_disagree([r.heights for r in readings], errors):
        reasons.append("contrasts_disagree")
    if c2 is not None and c2.adjacent_id == identity and c2.confidence == "high":
        reasons.append("dens")
    return tuple(reasons)


def _without_rim(reading: SeriesReading, identity: int, middle: Array) -> SeriesReading:
    """The reading of one series, distrusted where it shows of a body no more than its rim.

    Parameters
    ----------
    middle
        LPS mm in the frame of the series: the middle of the body as the series that show most of it have it.
    """
    own = reading.bodies[identity]
    across = abs(float((own.centre - middle) @ own.normal))
    rim = own.body.beyond_stack and (own.body.width_mm <= RIM_MM or across > ASIDE_MM)
    if not rim and (own.body.labelled_mm is None or own.body.labelled_mm > RIM_MM):
        return reading
    heights = own.heights.model_copy(update={"reasons": (*own.heights.reasons, "partly_seen")})
    return replace(reading, bodies={**reading.bodies, identity: replace(own, heights=heights)})


def _stretched(reading: BodyReading, values: Array) -> Array:
    """The six points with their distances set to the combined heights, each pair about its own middle."""
    superior = reading.axes[2]
    extra = 0.5 * (values - reading.values)[None, :, None] * superior
    return np.asarray(reading.points + np.array([1.0, -1.0])[:, None, None] * extra)


def _moved(wall: Wall, shift: Array) -> Wall:
    points = tuple(vec3(np.array(p) + shift) for p in wall.points_mm)
    return wall.model_copy(update={"points_mm": points})
