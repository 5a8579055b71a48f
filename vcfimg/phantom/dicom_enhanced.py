"""Enhanced MR Image Storage: all slices of a series as the frames of one file."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from vcfimg.phantom.dicom_common import SeriesPlan, new_dataset
from vcfimg.phantom.dicom_encode import Encoding, put_pixels
from vcfimg.phantom.dicom_groups import EnhancedFrame, describe_image, frame_groups, frame_type, shared_groups
from vcfimg.phantom.dicom_image import PhantomImage

ENHANCED_MR_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.4.1"
"""(0008,0016) SOP Class UID."""


def enhanced(plan: SeriesPlan, frames: Sequence[EnhancedFrame], *, sop_instance: str, encoding: Encoding) -> Any:
    """Build the multi-frame object of one series, frames in the order given."""
    from pydicom.dataset import Dataset

    dataset = new_dataset(plan, ENHANCED_MR_IMAGE_STORAGE, sop_instance)
    first = frames[0].image
    dataset.ImageType = frame_type(plan, first)
    dataset.InstanceNumber = 1
    dataset.AcquisitionDateTime = f"{dataset.AcquisitionDate}{dataset.AcquisitionTime}"
    dataset.AcquisitionDuration = 180.0
    dataset.AcquisitionNumber = 1
    describe_image(dataset, first)
    _describe_pulse(dataset, plan, first)
    dataset.NumberOfFrames = len(frames)
    dataset.SharedFunctionalGroupsSequence = [shared_groups(first)]
    dataset.PerFrameFunctionalGroupsSequence = [frame_groups(plan, frame) for frame in frames]
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


def _describe_pulse(dataset: Any, plan: SeriesPlan, image: PhantomImage) -> None:
    dataset.PulseSequenceName = plan.style.pulse_sequence_names[image.role]
    dataset.MRAcquisitionType = "2D"
    gradient = image.role == "localizer"
    dataset.EchoPulseSequence = "GRADIENT" if gradient else "SPIN"
    if not gradient:
        dataset.MultipleSpinEcho = "YES" if image.echo_train_length > 1 else "NO"
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
    dataset.OversamplingPhase = "NONE"
    dataset.NumberOfKSpaceTrajectories = 1
    dataset.ContentQualification = "RESEARCH"


def _dimension(organisation: str, keyword: str) -> Any:
    from pydicom.datadict import tag_for_keyword
    from pydicom.dataset import Dataset

    item = Dataset()
    item.DimensionOrganizationUID = organisation
    item.DimensionIndexPointer = tag_for_keyword(keyword)
    item.FunctionalGroupPointer = tag_for_keyword("FrameContentSequence")
    return item
