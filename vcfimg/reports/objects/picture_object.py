"""The secondary capture: the picture of a study for people whose viewer shows nothing else."""

from typing import Any

from vcfimg.reports.objects.conclusion import basis, impression, statement
from vcfimg.reports.objects.dicom_parts import NOT_A_DEVICE, UNICODE, equipment, finish
from vcfimg.reports.objects.object_identity import Identity
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.summary_picture import summary_picture
from vcfimg.result import ScreeningResult


def build_picture(result: ScreeningResult, header: Any, figures: dict[str, Figure], identity: Identity) -> Any:
    """The secondary capture as a pydicom data set.

    Parameters
    ----------
    header
        Of any image of the study: says who the patient is.
    """
    import highdicom as hd
    from pydicom.uid import ExplicitVRLittleEndian

    lines = (*impression(result), basis(result), statement(result))
    if identity.predecessor is not None:
        lines = (*lines, f"Replaces the picture {identity.predecessor.sop_instance_uid}")
    pixels = summary_picture(result, figures, lines, NOT_A_DEVICE)
    picture = hd.sc.SCImage.from_ref_dataset(
        ref_dataset=header,
        pixel_array=pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("P", "F"),
        transfer_syntax_uid=ExplicitVRLittleEndian,
        specific_character_set=UNICODE,
        **equipment(identity),
    )
    picture.BurnedInAnnotation = "NO"
    picture.ConversionType = "WSD"
    picture.ImageType = ["DERIVED", "SECONDARY"]
    picture.Modality = "OT"
    if identity.predecessor is not None:
        picture.DerivationDescription = f"Replaces {identity.predecessor.sop_instance_uid}"
    return finish(picture, identity, result)
