"""MR Image Storage: one file per slice."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.dicom_common import SeriesPlan, decimal, new_dataset
from vcfimg.phantom.dicom_encode import Encoding, put_pixels
from vcfimg.phantom.dicom_image import PhantomImage

MR_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.4"
"""(0008,0016) SOP Class UID."""


def single_frame(
    plan: SeriesPlan,
    image: PhantomImage,
    index: int,
    *,
    stored: NDArray[np.integer[Any]],
    slope: float,
    instance_number: int,
    sop_instance: str,
    encoding: Encoding,
) -> Any:
    """Build the object of one slice.

    Parameters
    ----------
    plan, image, index
        The series, the image in it and the slice in the image.
    stored, slope
        Stored values ``(rows, columns)`` and their Rescale Slope.
    instance_number, sop_instance
        (0020,0013) and (0008,0018).
    encoding
        Decides the byte order of the pixels.
    """
    dataset = new_dataset(plan, MR_IMAGE_STORAGE, sop_instance)
    contrast = plan.contrast(image)
    dataset.ImageType = list(contrast.image_type)
    dataset.ScanningSequence = _text(contrast.scanning_sequence)
    dataset.SequenceVariant = _text(contrast.sequence_variant)
    dataset.ScanOptions = _text(contrast.scan_options)
    dataset.MRAcquisitionType = "2D"
    if contrast.sequence_name:
        dataset.SequenceName = contrast.sequence_name
    dataset.SliceThickness = decimal(image.thickness)
    dataset.RepetitionTime = decimal(image.repetition_time)
    dataset.EchoTime = decimal(image.echo_time)
    if image.inversion_time is not None:
        dataset.InversionTime = decimal(image.inversion_time)
    dataset.NumberOfAverages = "2"
    dataset.ImagedNucleus = "1H"
    dataset.ImagingFrequency = decimal(round(image.field_strength * 42.577, 4))
    dataset.EchoNumbers = "1"
    dataset.MagneticFieldStrength = decimal(image.field_strength)
    dataset.SpacingBetweenSlices = decimal(image.spacing[2])
    dataset.EchoTrainLength = image.echo_train_length
    dataset.FlipAngle = "90"
    if image.role == "t1_post":
        dataset.ContrastBolusAgent = "Gadolinium (synthetic)"
    dataset.AcquisitionNumber = 1
    dataset.InstanceNumber = instance_number
    dataset.ImagePositionPatient = [decimal(value) for value in image.position(index)]
    dataset.ImageOrientationPatient = [decimal(value) for value in image.orientation]
    dataset.SliceLocation = decimal(float(np.dot(np.cross(*image.orientation.reshape(2, 3)), image.position(index))))
    dataset.PixelSpacing = [decimal(image.spacing[1]), decimal(image.spacing[0])]
    if plan.style.rescaled:
        dataset.RescaleIntercept = "0"
        dataset.RescaleSlope = decimal(slope)
        dataset.RescaleType = "normalized"
    put_pixels(dataset, stored, plan.style, encoding)
    dataset.WindowCenter = decimal(plan.style.full_scale / 2 * slope)
    dataset.WindowWidth = decimal(plan.style.full_scale * slope)
    return dataset


def _text(words: Sequence[str]) -> list[str] | str:
    return list(words) if words else ""
