"""The DICOM SEG: vertebral bodies, discs, canal and sacrum on the images of one series."""

from typing import Any, Final

import numpy as np

from vcfimg.imaging.segmentation import Tissue
from vcfimg.reports.objects import codes
from vcfimg.reports.objects.dicom_parts import (
    MODEL,
    SERIAL,
    UNICODE,
    concept,
    equipment,
    finish,
    tracking_uid,
)
from vcfimg.reports.objects.kept_images import KeptImages, KeptSeries
from vcfimg.reports.objects.object_identity import Identity
from vcfimg.reports.wording.vertebra_names import vertebra_name
from vcfimg.result import ScreeningResult

_OTHERS: Final = (
    (Tissue.DISC, codes.DISC, "Intervertebral discs"),
    (Tissue.CANAL, codes.CANAL, "Spinal canal"),
    (Tissue.SACRUM, codes.SACRUM, "Sacrum"),
)
_COLOURS: Final = {Tissue.DISC: (90, 170, 250), Tissue.CANAL: (250, 220, 90), Tissue.SACRUM: (180, 140, 220)}
_BODY_COLOURS: Final = ((240, 120, 90), (110, 200, 120))
"""sRGB; neighbouring bodies differ."""


def segmented_series(result: ScreeningResult, kept: KeptImages) -> KeptSeries | None:
    """The series the SEG lies on: the reference series of the measurement, where its label map was kept."""
    found = kept.by_key(result.raw.reference_series.key) if result.raw else None
    return found if found is not None and found.semantic is not None and found.semantic.any() else None


def segment_numbers(result: ScreeningResult, series: KeptSeries) -> dict[int, int]:
    """Segment number of each vertebra, by its id: those found on the series, from the head, counted from 1."""
    assert series.semantic is not None
    assert series.instances is not None
    there = set(np.unique(series.instances[series.semantic == Tissue.BODY]).tolist())
    ordered = [one.id for one in sorted(result.vertebrae, key=lambda one: one.order) if one.id in there]
    return {identity: number for number, identity in enumerate(ordered, start=1)}


def build_segmentation(result: ScreeningResult, series: KeptSeries, identity: Identity) -> Any:
    """The SEG as a pydicom data set: BINARY, one frame per segment and slice, empty ones included."""
    import highdicom as hd

    assert series.semantic is not None
    assert series.instances is not None
    info = result.provenance.segmenter
    algorithm = hd.AlgorithmIdentificationSequence(
        name=info.name if info else "unknown",
        family=concept(codes.ARTIFICIAL_INTELLIGENCE),
        version=info.version if info else "unknown",
        parameters={"weights_sha256": info.sha256} if info and info.sha256 else None,
    )

    def described(number: int, label: str, kind: codes.Code, part: str, colour: tuple[int, int, int]) -> Any:
        return hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=concept(codes.ANATOMICAL_STRUCTURE),
            segmented_property_type=concept(kind),
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
            algorithm_identification=algorithm,
            tracking_uid=tracking_uid(result, part),
            tracking_id=part,
            display_color=hd.color.CIELabColor.from_rgb(*colour),
        )

    bodies = segment_numbers(result, series)
    by_id = {one.id: one for one in result.vertebrae}
    array = np.zeros(series.semantic.shape, np.uint8)
    segments = []
    for vertebra, number in bodies.items():
        one = by_id[vertebra]
        array[(series.semantic == Tissue.BODY) & (series.instances == vertebra)] = number
        label = f"{vertebra_name(one)} vertebral body"
        colour = _BODY_COLOURS[number % 2]
        segments.append(described(number, label, codes.vertebra_code(one.level), body_part(vertebra), colour))
    for tissue, kind, label in _OTHERS:
        if not (mask := series.semantic == tissue).any():
            continue
        number = len(segments) + 1
        array[mask] = number
        segments.append(described(number, label, kind, tissue.name.lower(), _COLOURS[tissue]))
    seg = hd.seg.Segmentation(
        source_images=series.headers,
        pixel_array=array,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        manufacturer_model_name=MODEL,
        software_versions=result.provenance.version,
        device_serial_number=SERIAL,
        omit_empty_frames=False,
        content_label="VERTEBRAE",
        content_description="Vertebral bodies, discs, canal and sacrum",
        specific_character_set=UNICODE,
        **equipment(identity),
        **_planes(series),
    )
    _refer_to_frames(seg, series, len(segments))
    return finish(seg, identity, result)


def body_part(vertebra_id: int) -> str:
    """Name under which SEG and SR track a body: by id, since a level may be corrected."""
    return f"vertebra {vertebra_id}"


def _planes(series: KeptSeries) -> dict[str, Any]:
    """Where the slices lie, for multi-frame images, whose frames come in an order of their own."""
    import highdicom as hd

    if series.slices[0].frame is None:
        return {}
    grid = series.geometry
    columns, rows, slices = grid.spacing.tolist()
    return {
        "pixel_measures": hd.PixelMeasuresSequence((rows, columns), slices, slices),
        "plane_orientation": hd.PlaneOrientationSequence(
            "PATIENT", tuple(grid.axes[:, 0].tolist() + grid.axes[:, 1].tolist())
        ),
        "plane_positions": [
            hd.PlanePositionSequence("PATIENT", tuple(grid.to_lps(np.array([0.0, 0.0, z])).tolist()))
            for z in range(grid.shape[0])
        ],
    }


def _refer_to_frames(seg: Any, series: KeptSeries, segments: int) -> None:
    """Name the source image of every frame where highdicom could not."""
    import highdicom as hd
    from pydicom import Dataset
    from pydicom.sr.coding import Code as Coded

    for group in seg.PerFrameFunctionalGroupsSequence:
        if group.get("DerivationImageSequence"):
            continue
        position = np.array(group.PlanePositionSequence[0].ImagePositionPatient, float)
        z = round(float(series.geometry.to_index(position)[2]))
        place = series.slices[min(max(z, 0), len(series.slices) - 1)]
        source = Dataset()
        source.ReferencedSOPClassUID = place.header.SOPClassUID
        source.ReferencedSOPInstanceUID = place.header.SOPInstanceUID
        if place.frame is not None:
            source.ReferencedFrameNumber = place.frame
        source.SpatialLocationsPreserved = "YES"
        source.PurposeOfReferenceCodeSequence = [
            hd.sr.CodedConcept("121322", "DCM", "Source Image for Image Processing Operation")
        ]
        derivation = Dataset()
        derivation.SourceImageSequence = [source]
        derivation.DerivationCodeSequence = [hd.sr.CodedConcept.from_code(Coded("113076", "DCM", "Segmentation"))]
        group.DerivationImageSequence = [derivation]
