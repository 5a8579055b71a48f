"""The page of a study as an Encapsulated PDF object."""

from typing import Any, Final

from vcfimg.reports.objects.codes import IMAGING_REPORT
from vcfimg.reports.objects.dicom_parts import MANUFACTURER, SERIES_NUMBERS, UNICODE, concept, finish
from vcfimg.reports.objects.object_identity import Identity
from vcfimg.result import ScreeningResult

_COPIED: Final = (
    "PatientName PatientID IssuerOfPatientID PatientBirthDate PatientSex StudyInstanceUID StudyDate StudyTime StudyID "
    "StudyDescription AccessionNumber ReferringPhysicianName"
)


def build_encapsulated(result: ScreeningResult, header: Any, pdf: bytes, identity: Identity) -> Any:
    """The object as a pydicom data set.

    Parameters
    ----------
    header
        Of any image of the study: says who the patient is.
    pdf
        The document.
    """
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = identity.object.sop_class_uid
    made.file_meta.MediaStorageSOPInstanceUID = identity.object.sop_instance_uid
    made.SpecificCharacterSet = UNICODE
    for keyword in _COPIED.split():
        if keyword in header:
            made[keyword] = header[keyword]
        elif keyword not in ("IssuerOfPatientID", "StudyDescription"):
            setattr(made, keyword, "")
    made.SOPClassUID = identity.object.sop_class_uid
    made.SOPInstanceUID = identity.object.sop_instance_uid
    made.SeriesInstanceUID = identity.object.series_instance_uid
    made.SeriesNumber = SERIES_NUMBERS[identity.format]
    made.InstanceNumber = 1
    made.Modality = "DOC"
    made.Manufacturer = MANUFACTURER
    made.ConversionType = "WSD"
    made.BurnedInAnnotation = "YES"
    for keyword in ("InstanceCreationDate", "ContentDate", "InstanceCreationTime", "ContentTime"):
        setattr(made, keyword, "")
    made.AcquisitionDateTime = ""
    made.DocumentTitle = "vcfimg report"
    if identity.predecessor is not None:
        made.DocumentTitle = f"vcfimg report, replaces {identity.predecessor.sop_instance_uid}"
    made.ConceptNameCodeSequence = [concept(IMAGING_REPORT)]
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    made.EncapsulatedDocumentLength = len(pdf)
    return finish(made, identity, result)
