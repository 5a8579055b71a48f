"""Enhanced MR Image Storage: all slices of a series as the frames of one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.dicom_common import SeriesPlan, decimal, new_dataset
from vcfimg.phantom.dicom_encode import Encoding, put_pixels
from vcfimg.phantom.dicom_image import PhantomImage

ENHANCED_MR_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.4.1"
"""(0008,0016) SOP Class UID."""
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


def enhanced(plan: SeriesPlan, frames: Sequence[EnhancedFrame], *, sop_instance: str, encoding: Encoding) -> Any:
    """Build the multi-frame object of one series, frames in the order given."""
    from pydicom.dataset import Dataset

    dataset = new_dataset(plan, ENHANCED_MR_IMAGE_STORAGE, sop_instance)
    first = frames[0].image
    dataset.ImageType = _frame_type(plan, first)
    dataset.InstanceNumber = 1
    dataset.AcquisitionDateTime = f"{dataset.AcquisitionDate}{dataset.AcquisitionTime}"
    dataset.AcquisitionDuration = 180.0
    dataset.AcquisitionNumber = 1
    _describe_image(dataset, first)
    _describe_pulse(dataset, plan, first)
    dataset.NumberOfFrames = len(frames)
    dataset.SharedFunctionalGroupsSequence = [_shared(plan, first)]
    dataset.PerFrameFunctionalGroupsSequence = [_per_frame(plan, frame) for frame in frames]
    organisation = Dataset()
    organisation.DimensionOrganizationUID = plan.uids.uid("dimensions", plan.label)
    dataset.DimensionOrganizationSequence = [organisation]
    dataset.DimensionIndexSequence = [
        _dimension(organisation.DimensionOrganizationUID, "StackID"),
        _dimension(organisation.DimensionOrganizationUID, "InStackPositionNumber"),
    ]
    dataset.AcquisitionContextSequence = []
    dataset.PresentationLUTShape = "IDENTITY"
    put_pixels(dataset, np.stack([frame.stored for frame in frames]), plan.style, encoding)
    return dataset


def _describe_image(target: Any, image: PhantomImage) -> None:
    """Attributes shared by the Enhanced MR Image module and the MR Image Frame Type macro."""
    target.PixelPresentation = "MONOCHROME"
    target.VolumetricProperties = "VOLUME"
    target.VolumeBasedCalculationTechnique = "NONE"
    target.ComplexImageComponent = "MAGNITUDE"
    weight = {"t1": "T1", "t1_post": "T1", "pd": "PROTON_DENSITY", "stir": "STIR", "localizer": "UNKNOWN"}
    target.AcquisitionContrast = weight.get(image.role, "T2")


def _describe_pulse(dataset: Any, plan: SeriesPlan, image: PhantomImage) -> None:
    dataset.PulseSequenceName = plan.style.pulse_sequence_names[image.role]
    dataset.MRAcquisitionType = "2D"
    gradient = image.role == "localizer"
    dataset.EchoPulseSequence = "GRADIENT" if gradient else "SPIN"
    dataset.MultipleSpinEcho = "NO" if gradient or image.echo_train_length < 2 else "YES"
    dataset.MultiPlanarExcitation = "NO"
    dataset.PhaseContrast = "NO"
    dataset.TimeOfFlightContrast = "NO"
    dataset.SteadyStatePulseSequence = "NONE"
    dataset.EchoPlanarPulseSequence = "NO"
    dataset.SaturationRecovery = "NO"
    dataset.SpectrallySelectedSuppression = "FAT" if image.role == "t2_fs" else "NONE"
    dataset.ResonantNucleus = "1H"
    dataset.KSpaceFiltering = "NONE"
    dataset.MagneticFieldStrength = image.field_strength
    dataset.ApplicableSafetyStandardAgency = "IEC"
    dataset.GeometryOfKSpaceTraversal = "RECTILINEAR"
    dataset.RectilinearPhaseEncodeReordering = "LINEAR"
    dataset.SegmentedKSpaceTraversal = "SINGLE"
    dataset.CoverageOfKSpace = "FULL"
    dataset.NumberOfKSpaceTrajectories = 1
    dataset.ContentQualification = "RESEARCH"


def _shared(plan: SeriesPlan, image: PhantomImage) -> Any:
    from pydicom.dataset import Dataset

    shared = Dataset()
    timing = Dataset()
    timing.RepetitionTime = decimal(image.repetition_time)
    timing.FlipAngle = "90"
    timing.EchoTrainLength = image.echo_train_length
    timing.RFEchoTrainLength = image.echo_train_length
    timing.GradientEchoTrainLength = 0
    timing.GradientOutputType = ""
    timing.SpecificAbsorptionRateSequence = []
    timing.OperatingModeSequence = []
    shared.MRTimingAndRelatedParametersSequence = [timing]
    anatomy = Dataset()
    anatomy.FrameLaterality = "U"
    anatomy.AnatomicRegionSequence = [_code("421060004", "SCT", "Vertebral column")]
    shared.FrameAnatomySequence = [anatomy]
    average = Dataset()
    average.NumberOfAverages = "2"
    shared.MRAveragesSequence = [average]
    return shared


def _per_frame(plan: SeriesPlan, frame: EnhancedFrame) -> Any:
    from pydicom.dataset import Dataset

    image, group = frame.image, Dataset()
    content = Dataset()
    content.FrameAcquisitionNumber = 1
    content.FrameReferenceDateTime = content.FrameAcquisitionDateTime = f"{plan.patient.study_date}{'080000'}"
    content.FrameAcquisitionDuration = 180000.0
    content.StackID = str(frame.stack)
    content.InStackPositionNumber = frame.index + 1
    content.DimensionIndexValues = [frame.stack, frame.index + 1]
    group.FrameContentSequence = [content]
    kind = Dataset()
    kind.FrameType = _frame_type(plan, image)
    _describe_image(kind, image)
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


def _frame_type(plan: SeriesPlan, image: PhantomImage) -> list[str]:
    """Enhanced types have four values: the vendor's fifth and later ones are dropped, Dixon parts keep their letter."""
    words = plan.contrast(image).image_type
    dixon = {"dixon_water": "WATER", "dixon_fat": "FAT"}.get(image.role)
    return [words[0], words[1], "DIXON" if dixon else "SPINE", dixon or "NONE"]


def _dimension(organisation: str, keyword: str) -> Any:
    from pydicom.datadict import tag_for_keyword
    from pydicom.dataset import Dataset

    item = Dataset()
    item.DimensionOrganizationUID = organisation
    item.DimensionIndexPointer = tag_for_keyword(keyword)
    item.FunctionalGroupPointer = tag_for_keyword("FrameContentSequence")
    return item


def _code(value: str, scheme: str, meaning: str) -> Any:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item
