"""The DICOM modules that single-frame and enhanced multi-frame objects share."""

from dataclasses import dataclass
from typing import Any

from vcfimg.phantom.dicom_image import PhantomImage, PhantomPatient
from vcfimg.phantom.dicom_uid import UidMaker
from vcfimg.phantom.dicom_vendor import ContrastStyle, VendorStyle


@dataclass(frozen=True)
class SeriesPlan:
    """One series of the study that is being written."""

    label: str
    number: int
    images: tuple[PhantomImage, ...]
    style: VendorStyle
    patient: PhantomPatient
    uids: UidMaker

    @property
    def first(self) -> PhantomImage:
        """The image whose words describe the series."""
        return self.images[0]

    def contrast(self, image: PhantomImage) -> ContrastStyle:
        """The vendor's words for an image."""
        return self.style.contrasts[image.role]

    @property
    def description(self) -> str:
        """(0008,103E) Series Description; stations are numbered, as many sites do."""
        words = self.contrast(self.first).description
        return f"{words}_{self.first.station}" if self.first.station else words


def new_dataset(plan: SeriesPlan, sop_class: str, sop_instance: str) -> Any:
    """A data set with patient, study, series, frame of reference, equipment and SOP common modules."""
    from pydicom.dataset import Dataset

    patient, style = plan.patient, plan.style
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = sop_instance
    dataset.StudyDate = dataset.SeriesDate = dataset.AcquisitionDate = dataset.ContentDate = patient.study_date
    dataset.StudyTime = patient.study_time
    dataset.SeriesTime = dataset.AcquisitionTime = dataset.ContentTime = _later(patient.study_time, plan.number)
    dataset.AccessionNumber = patient.accession_number
    dataset.Modality = "MR"
    dataset.Manufacturer = style.manufacturer
    dataset.InstitutionName = "vcfimg phantom"
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = patient.study_description
    dataset.SeriesDescription = plan.description
    dataset.ManufacturerModelName = style.model
    dataset.PatientName = patient.name
    dataset.PatientID = patient.patient_id
    dataset.PatientBirthDate = patient.birth_date
    dataset.PatientSex = patient.sex
    dataset.PatientAge = f"{patient.age_years:03d}Y"
    dataset.PatientWeight = "70"
    dataset.BodyPartExamined = patient.body_part
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = style.software
    dataset.ProtocolName = plan.description
    dataset.PatientPosition = "HFS"
    dataset.StudyInstanceUID = plan.uids.uid("study")
    dataset.SeriesInstanceUID = plan.uids.uid("series", plan.label)
    dataset.StudyID = "1"
    dataset.SeriesNumber = plan.number
    dataset.FrameOfReferenceUID = plan.uids.uid("frame of reference")
    dataset.PositionReferenceIndicator = ""
    dataset.BurnedInAnnotation = "NO"
    dataset.LossyImageCompression = "00"
    return dataset


def decimal(value: float) -> Any:
    """A decimal string (DS): as exact as 16 characters allow."""
    from pydicom.valuerep import DSfloat

    return DSfloat(float(value) + 0.0, auto_format=True)


def _later(time: str, minutes: int) -> str:
    """A DICOM time (HHMMSS) some minutes later, within the same day."""
    total = (int(time[:2]) * 60 + int(time[2:4]) + minutes) % (24 * 60)
    return f"{total // 60:02d}{total % 60:02d}{time[4:]}"
