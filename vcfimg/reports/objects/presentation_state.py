"""The GSPS: height lines with level names, drawn over the images by any viewer that knows presentation states."""

from collections import defaultdict
from typing import Any

from vcfimg.reports.objects.dicom_parts import MODEL, SERIAL, UNICODE, equipment, finish, tracking_uid
from vcfimg.reports.objects.height_lines import HeightLine, height_lines
from vcfimg.reports.objects.kept_images import KeptImages
from vcfimg.reports.objects.object_identity import Identity
from vcfimg.reports.objects.segmentation_object import body_part
from vcfimg.reports.wording.numbers import number
from vcfimg.reports.wording.vertebra_names import vertebra_name
from vcfimg.result import ScreeningResult


def build_presentation(result: ScreeningResult, kept: KeptImages, identity: Identity) -> Any:
    """The GSPS as a pydicom data set; it refers to the images that have lines."""
    import highdicom as hd

    by_image: dict[tuple[str, int | None], list[HeightLine]] = defaultdict(list)
    for line in height_lines(result, kept):
        by_image[str(line.image.header.SOPInstanceUID), line.image.frame].append(line)
    layer = hd.pr.GraphicLayer("HEIGHTS", order=1, description="Vertebral heights")
    annotations = [
        hd.pr.GraphicAnnotation(
            referenced_images=[lines[0].image.header],
            graphic_layer=layer,
            referenced_frame_number=frame,
            graphic_objects=[_drawn(result, line) for line in lines],
            text_objects=[text for line in lines if line.position == "middle" for text in _named(result, line)],
        )
        for (_, frame), lines in by_image.items()
    ]
    images = {str(lines[0].image.header.SOPInstanceUID): lines[0].image.header for lines in by_image.values()}
    state = hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=list(images.values()),
        manufacturer_model_name=MODEL,
        software_versions=result.provenance.version,
        device_serial_number=SERIAL,
        content_label="HEIGHTS",
        content_description="Vertebral heights",
        graphic_annotations=annotations,
        graphic_layers=[layer],
        specific_character_set=UNICODE,
        **equipment(identity),
    )
    return finish(state, identity, result)


def _drawn(result: ScreeningResult, line: HeightLine) -> Any:
    import highdicom as hd
    import numpy as np

    part = f"{body_part(line.vertebra_id)} {line.position} height"
    return hd.pr.GraphicObject(
        graphic_type=hd.pr.GraphicTypeValues.POLYLINE,
        graphic_data=np.array([line.superior, line.inferior]),
        units=hd.pr.AnnotationUnitsValues.PIXEL,
        tracking_id=part,
        tracking_uid=tracking_uid(result, part),
    )


def _named(result: ScreeningResult, line: HeightLine) -> list[Any]:
    """Level and middle height beside the middle line."""
    import highdicom as hd

    one = next(one for one in result.vertebrae if one.id == line.vertebra_id)
    text = f"{vertebra_name(one)} {number(line.height_mm)} mm"
    return [
        hd.pr.TextObject(
            text_value=text,
            units=hd.pr.AnnotationUnitsValues.PIXEL,
            anchor_point=line.superior,
            anchor_point_visible=False,
        )
    ]
