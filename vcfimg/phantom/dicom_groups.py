"""Functional groups of enhanced multi-frame objects: what holds for all frames, and what for each."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.dicom_common import SeriesPlan, decimal
from vcfimg.phantom.dicom_image import PhantomImage

UNRANGED_TIMES: Final = (0.0, 1.797e308)
"""What one vendor writes into Inversion Times (0018,9079) of images without inversion."""


@dataclass(frozen=True, eq=False)
class EnhancedFrame:
    """One frame: slice `index` of `image`, with its stored values and Rescale Slope."""

    image: PhantomImage
    stack: int
    index: int
    stored: NDArray[np.integer[Any]]
    slope: float


def describe_image(target: Any, image: PhantomImage) -> None:
    """Attributes shared by the Enhanced MR Image module and the MR Image Frame Type macro."""
    target.PixelPresentation = "MONOCHROME"
    target.VolumetricProperties = "VOLUME"
    target.VolumeBasedCalculationTechnique = "NONE"
    target.ComplexImageComponent = "MAGNITUDE"
    weight = {"t1": "T1", "t1_post": "T1", "pd": "PROTON_DENSITY", "stir": "STIR", "localizer": "UNKNOWN"}
    target.AcquisitionContrast = weight.get(image.role, "T2")


def shared_groups(image: PhantomImage) -> Any:
    """The functional groups that hold for every frame."""
    from pydicom.dataset import Dataset

    shared = Dataset()
    timing = Dataset()
    timing.RepetitionTime = decimal(image.repetition_time)
    timing.FlipAngle = "90"
    timing.EchoTrainLength = image.echo_train_length
    timing.RFEchoTrainLength = image.echo_train_length
    timing.GradientEchoTrainLength = 0
    absorption = Dataset()
    absorption.SpecificAbsorptionRateDefinition, absorption.SpecificAbsorptionRateValue = "IEC_WHOLE_BODY", 1.0
    timing.SpecificAbsorptionRateSequence = [absorption]
    mode = Dataset()
    mode.OperatingModeType, mode.OperatingMode = "RF", "IEC_NORMAL"
    timing.OperatingModeSequence = [mode]
    shared.MRTimingAndRelatedParametersSequence = [timing]
    anatomy = Dataset()
    anatomy.FrameLaterality = "U"
    anatomy.AnatomicRegionSequence = [_code("421060004", "SCT", "Vertebral column")]
    shared.FrameAnatomySequence = [anatomy]
    average = Dataset()
    average.NumberOfAverages = "2"
    shared.MRAveragesSequence = [average]
    shared.MRFOVGeometrySequence = [_field_of_view(image)]
    shared.MRImagingModifierSequence = [_imaging_modifier(image)]
    receive = Dataset()
    receive.ReceiveCoilName, receive.ReceiveCoilManufacturerName = "SPINE", ""
    receive.ReceiveCoilType, receive.QuadratureReceiveCoil = "MULTICOIL", "YES"
    receive.MultiCoilDefinitionSequence = [_coil_element()]
    shared.MRReceiveCoilSequence = [receive]
    transmit = Dataset()
    transmit.TransmitCoilName, transmit.TransmitCoilManufacturerName = "BODY", ""
    transmit.TransmitCoilType = "BODY"
    shared.MRTransmitCoilSequence = [transmit]
    return shared


def frame_groups(plan: SeriesPlan, frame: EnhancedFrame) -> Any:
    """The functional groups of one frame."""
    from pydicom.dataset import Dataset

    image, group = frame.image, Dataset()
    content = Dataset()
    content.FrameAcquisitionNumber = 1
    content.FrameReferenceDateTime = content.FrameAcquisitionDateTime = (
        f"{plan.patient.study_date}{plan.patient.study_time}"
    )
    content.FrameAcquisitionDuration = 180000.0
    content.StackID = str(frame.stack)
    content.InStackPositionNumber = frame.index + 1
    content.DimensionIndexValues = [frame.stack, frame.index + 1]
    group.FrameContentSequence = [content]
    kind = Dataset()
    kind.FrameType = frame_type(plan, image)
    describe_image(kind, image)
    group.MRImageFrameTypeSequence = [kind]
    echo = Dataset()
    echo.EffectiveEchoTime = float(image.echo_time)
    group.MREchoSequence = [echo]
    group.MRModifierSequence = [_modifier(plan, image)]
    measures = Dataset()
    measures.SliceThickness = decimal(image.thickness)
    measures.SpacingBetweenSlices = decimal(image.spacing[2])
    measures.PixelSpacing = [decimal(image.spacing[1]), decimal(image.spacing[0])]
    group.PixelMeasuresSequence = [measures]
    plane = Dataset()
    plane.ImagePositionPatient = [decimal(value) for value in image.position(frame.index)]
    group.PlanePositionSequence = [plane]
    orientation = Dataset()
    orientation.ImageOrientationPatient = [decimal(value) for value in image.orientation]
    group.PlaneOrientationSequence = [orientation]
    values = Dataset()
    values.RescaleIntercept = "0"
    values.RescaleSlope = decimal(frame.slope)
    values.RescaleType = "US"
    group.PixelValueTransformationSequence = [values]
    window = Dataset()
    window.WindowCenter = decimal(plan.style.full_scale / 2 * frame.slope)
    window.WindowWidth = decimal(plan.style.full_scale * frame.slope)
    group.FrameVOILUTSequence = [window]
    return group


def _modifier(plan: SeriesPlan, image: PhantomImage) -> Any:
    from pydicom.dataset import Dataset

    modifier = Dataset()
    modifier.InversionRecovery = "NO" if image.inversion_time is None else "YES"
    if image.inversion_time is not None:
        modifier.InversionTimes = float(image.inversion_time)
    elif plan.style.unranged_inversion_times:
        modifier.InversionTimes = list(UNRANGED_TIMES)
    modifier.FlowCompensation = "NONE"
    modifier.Spoiling = "NONE"
    modifier.T2Preparation = "NO"
    modifier.SpectrallySelectedExcitation = "NONE"
    modifier.SpatialPresaturation = "NONE"
    modifier.PartialFourier = "NO"
    modifier.ParallelAcquisition = "NO"
    return modifier


def frame_type(plan: SeriesPlan, image: PhantomImage) -> list[str]:
    """Frame Type (0008,9007) has four values and words of its own.

    Dixon images count as original here, for the pulse sequence module belongs to original images only.
    """
    words = ("ORIGINAL", plan.contrast(image).image_type[1])
    dixon = {"dixon_water": "WATER", "dixon_fat": "FAT"}.get(image.role)
    kind = "GRADIENT_ECHO" if image.role == "localizer" else "SPIN_ECHO"
    return [words[0], words[1], "DIXON" if dixon else kind, dixon or "NONE"]


def _field_of_view(image: PhantomImage) -> Any:
    from pydicom.dataset import Dataset

    view = Dataset()
    view.InPlanePhaseEncodingDirection = "COLUMN"
    view.MRAcquisitionFrequencyEncodingSteps = int(image.array.shape[2])
    view.MRAcquisitionPhaseEncodingStepsInPlane = int(image.array.shape[1])
    view.PercentSampling = "100"
    view.PercentPhaseFieldOfView = "100"
    return view


def _imaging_modifier(image: PhantomImage) -> Any:
    from pydicom.dataset import Dataset

    modifier = Dataset()
    modifier.MagnetizationTransfer = "NONE"
    modifier.BloodSignalNulling = "NO"
    modifier.Tagging = "NONE"
    modifier.TransmitterFrequency = float(round(image.field_strength * 42.577, 4))
    modifier.PixelBandwidth = "200"
    return modifier


def _coil_element() -> Any:
    from pydicom.dataset import Dataset

    element = Dataset()
    element.MultiCoilElementName, element.MultiCoilElementUsed = "SP1", "YES"
    return element


def _code(value: str, scheme: str, meaning: str) -> Any:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
