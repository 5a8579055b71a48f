"""The DICOM SR, TID 1500: the numbers of ``result.json`` by vertebra, height lines on the images, the conclusion."""

from collections.abc import Mapping
from typing import Any

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.imaging.raw import POSITIONS, Position, at
from vcfimg.reports.objects import codes
from vcfimg.reports.objects.conclusion import basis, impression, statement
from vcfimg.reports.objects.dicom_parts import (
    UNICODE,
    concept,
    equipment,
    finish,
    observer,
    tracking_uid,
)
from vcfimg.reports.objects.height_lines import HeightLine, height_lines
from vcfimg.reports.objects.kept_images import KeptImages, KeptSeries
from vcfimg.reports.objects.object_identity import Identity, Reference
from vcfimg.reports.objects.references import reference_dataset
from vcfimg.reports.objects.segmentation_object import body_part, segment_numbers
from vcfimg.reports.wording.vertebra_names import vertebra_name
from vcfimg.result import ScreeningResult

PLACES: dict[Position, codes.Code] = {
    "anterior": codes.ANTERIOR,
    "middle": codes.MIDDLE,
    "posterior": codes.POSTERIOR,
}
"""How the three positions are coded."""


def build_report(
    result: ScreeningResult, kept: KeptImages, identity: Identity, segmented: KeptSeries, segmentation: Reference
) -> Any:
    """The SR as a pydicom data set.

    Parameters
    ----------
    segmented, segmentation
        The series that the SEG lies on, and the SEG itself: each group of a body refers to its segment.
    """
    import highdicom as hd

    numbers = segment_numbers(result, segmented)
    lines = height_lines(result, kept)
    drawn = {str(line.image.header.SOPInstanceUID) for line in lines}
    shown = [
        (header, series) for series in kept.series for header in series.headers if str(header.SOPInstanceUID) in drawn
    ] or [(kept.any_header, kept.series[0])]
    images = [header for header, _ in shown]
    library = [_single_plane(header, series) for header, series in shown]
    segments = reference_dataset(segmentation, kept.any_header)
    groups = [
        *(
            _body_group(result, one, segmentation, numbers, segmented)
            for one in sorted(result.vertebrae, key=lambda one: one.order)
        ),
        *(_line_group(result, line) for line in lines),
    ]
    levels = [one.level for one in result.vertebrae if one.level]
    report = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_device_context=observer(result)),
        procedure_reported=concept(codes.procedure_code(levels)),
        imaging_measurements=groups,
        title=concept(codes.IMAGING_REPORT),
        referenced_images=library,
    )
    _add_conclusion(report[0], result)
    previous = [reference_dataset(identity.predecessor, kept.any_header)] if identity.predecessor else None
    document = hd.sr.ComprehensiveSR(
        evidence=[*images, segments],
        content=report[0],
        is_complete=True,
        is_final=False,
        is_verified=False,
        previous_versions=previous,
        specific_character_set=UNICODE,
        **equipment(identity),
    )
    return finish(document, identity, result)


def _single_plane(header: Any, series: KeptSeries) -> Any:
    """A header as the image library reads it: that of a multi-frame object with the place of its first slice."""
    from pydicom import Dataset

    if series.slices[0].frame is None:
        return header
    grid = series.geometry
    columns, rows, slices = grid.spacing.tolist()
    flat = Dataset()
    flat.update({element.tag: element for element in header})
    flat.PixelSpacing = [round(rows, 6), round(columns, 6)]
    flat.SliceThickness = round(slices, 6)
    flat.ImageOrientationPatient = [round(value, 6) for value in grid.axes.T[:2].ravel().tolist()]
    flat.ImagePositionPatient = [round(value, 4) for value in grid.affine[:3, 3].tolist()]
    return flat


def _body_group(
    result: ScreeningResult,
    one: VertebraMeasurement,
    segmentation: Reference,
    numbers: Mapping[int, int],
    segmented: KeptSeries,
) -> Any:
    """TID 1411 of one body, or TID 1501 for one that the segmented series does not show."""
    import highdicom as hd

    part = body_part(one.id)
    common = {
        "tracking_identifier": hd.sr.TrackingIdentifier(tracking_uid(result, part), f"{vertebra_name(one)} ({part})"),
        "finding_type": concept(codes.COMPRESSION_FRACTURE if one.genant and one.genant.grade else codes.VERTEBRA),
        "finding_sites": [hd.sr.FindingSite(concept(codes.vertebra_code(one.level)))],
        "measurements": list(_measurements(one)),
        "qualitative_evaluations": list(_evaluations(result, one)),
    }
    if one.id not in numbers:
        return hd.sr.MeasurementsAndQualitativeEvaluations(**common)
    return hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        referenced_segment=hd.sr.ReferencedSegment(
            sop_class_uid=segmentation.sop_class_uid,
            sop_instance_uid=segmentation.sop_instance_uid,
            segment_number=numbers[one.id],
            source_series=hd.sr.SourceSeriesForSegmentation(segmented.series_instance_uid),
        ),
        **common,
    )


def _measurements(one: VertebraMeasurement) -> Any:
    for position in POSITIONS:
        height, expected = at(one.height_mm, position), at(one.expected_height_mm, position)
        if height is not None:
            error = at(one.height_uncertainty_mm, position)
            yield _number(codes.HEIGHT, height, codes.MILLIMETRE, one, position, error=error, expected=expected)
    for position in POSITIONS:
        loss = getattr(one.loss_percent, position)
        if loss is not None:
            error = at(one.loss_uncertainty_by_position, position)
            yield _number(codes.POSITION_LOSS, loss, codes.PERCENT, one, position, error=error)
    if one.loss_percent.index is not None:
        yield _number(codes.INDEX_LOSS, one.loss_percent.index, codes.PERCENT, error=one.loss_uncertainty)
    for code, value, unit in (
        (codes.WEDGE_ANGLE, one.wedge_angle_deg, codes.DEGREE),
        (codes.STIR_RATIO, one.stir.ratio_to_normal, codes.NO_UNITS),
        (codes.EDEMA_FRACTION, one.stir.edema_fraction, codes.NO_UNITS),
    ):
        if value is not None:
            yield _number(code, value, unit)


def _number(
    code: codes.Code,
    value: float,
    unit: codes.Code,
    one: VertebraMeasurement | None = None,
    position: Position | None = None,
    *,
    error: float | None = None,
    expected: float | None = None,
) -> Any:
    """TID 300 with uncertainty (95 % half-width) and expected height."""
    import highdicom as hd

    normal = None
    if expected is not None:
        normal = hd.sr.NormalRangeProperties(
            values=[
                hd.sr.NumContentItem(
                    concept(codes.EXPECTED_HEIGHT),
                    expected,
                    concept(unit),
                    relationship_type=hd.sr.RelationshipTypeValues.HAS_PROPERTIES,
                )
            ],
            description="Height expected from the other bodies of this spine",
        )
    properties = None
    if error is not None or normal is not None:
        properties = hd.sr.MeasurementProperties(
            normal_range_properties=normal,
            upper_measurement_uncertainty=error,
            lower_measurement_uncertainty=error,
        )
    site = None
    if one is not None and position is not None:
        site = [
            hd.sr.FindingSite(concept(codes.vertebra_code(one.level)), topographical_modifier=concept(PLACES[position]))
        ]
    return hd.sr.Measurement(
        name=concept(code), value=float(value), unit=concept(unit), finding_sites=site, properties=properties
    )


def _evaluations(result: ScreeningResult, one: VertebraMeasurement) -> Any:
    import highdicom as hd

    def said(name: codes.Code, value: codes.Code) -> Any:
        return hd.sr.QualitativeEvaluation(concept(name), concept(value))

    if one.genant is not None:
        yield said(codes.GENANT, codes.genant_code(one.genant.grade, one.genant.type))
    if one.stir.edema is not None:
        yield said(codes.EDEMA, codes.PRESENT if one.stir.edema else codes.ABSENT)
    for item in result.recommendations:
        if item.vertebra_id != one.id:
            continue
        yield said(codes.STATUS, codes.own_code(item.status.value.lower(), item.status.value))
        yield said(codes.PREFERENCE, codes.own_code(item.preference.value.lower(), item.preference.value))
        if item.escc is not None:
            yield said(codes.ESCC, codes.own_code(f"escc_{item.escc}", f"ESCC {item.escc}"))
        if item.sins is not None:
            low, high = item.sins.min, item.sins.max
            span = f"{low}" if low == high else f"{low} to {high}"
            yield said(codes.SINS, codes.own_code(f"sins_{low}_{high}", f"SINS {span} of 18"))


def _line_group(result: ScreeningResult, line: HeightLine) -> Any:
    """TID 1410: one height as a line on the image it was read on."""
    import highdicom as hd
    import numpy as np

    one = next(one for one in result.vertebrae if one.id == line.vertebra_id)
    part = f"{body_part(one.id)} {line.position} height"
    frames = [line.image.frame] if line.image.frame is not None else None
    region = hd.sr.ImageRegion(
        graphic_type=hd.sr.GraphicTypeValues.POLYLINE,
        graphic_data=np.array([line.superior, line.inferior]),
        source_image=hd.sr.SourceImageForRegion(
            str(line.image.header.SOPClassUID), str(line.image.header.SOPInstanceUID), frames
        ),
    )
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(
            tracking_uid(result, part), f"{vertebra_name(one)} {line.position} height"
        ),
        referenced_region=region,
        finding_type=concept(codes.HEIGHT),
        finding_sites=[
            hd.sr.FindingSite(
                concept(codes.vertebra_code(one.level)), topographical_modifier=concept(PLACES[line.position])
            )
        ],
        measurements=[_number(codes.HEIGHT, line.height_mm, codes.MILLIMETRE)],
    )


def _add_conclusion(root: Any, result: ScreeningResult) -> None:
    """The texts, in the container that TID 1500 has for evaluations of the whole."""
    import highdicom as hd

    contains = hd.sr.RelationshipTypeValues.CONTAINS
    container = hd.sr.ContainerContentItem(
        name=concept(codes.QUALITATIVE_EVALUATIONS), relationship_type=contains, is_content_continuous=False
    )
    texts = [(codes.IMPRESSION, line) for line in impression(result)]
    texts += [(codes.RECOMMENDATION, basis(result)), (codes.RECOMMENDATION, statement(result))]
    container.ContentSequence = hd.sr.ContentSequence(
        [hd.sr.TextContentItem(concept(code), text, relationship_type=contains) for code, text in texts]
    )
    root.ContentSequence.append(container)
