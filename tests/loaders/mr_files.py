"""Small MR files with chosen headers, for everything that reads no pixel."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

ROWS = COLUMNS = 31
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)

CONTRASTS: dict[str, dict[str, Any]] = {
    "t1": {"SeriesDescription": "t1 sag", "RepetitionTime": 600, "EchoTime": 10, "ScanningSequence": "SE"},
    "t2": {"SeriesDescription": "t2 sag", "RepetitionTime": 3500, "EchoTime": 100, "ScanningSequence": "SE"},
    "stir": {
        "SeriesDescription": "stir sag",
        "RepetitionTime": 4000,
        "EchoTime": 60,
        "InversionTime": 160,
        "ScanningSequence": ["SE", "IR"],
    },
    "t2_fs": {
        "SeriesDescription": "t2 fs sag",
        "RepetitionTime": 3500,
        "EchoTime": 80,
        "ScanningSequence": "SE",
        "ScanOptions": "FS",
    },
}


def uid(*names: object) -> str:
    """A valid UID that is the same for the same names."""
    return str(generate_uid(entropy_srcs=["vcfimg tests", *map(str, names)]))


def mr(**changes: Any) -> Dataset:
    """One sagittal T2 image; keyword arguments replace elements, None removes them."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    elements: dict[str, Any] = {
        "SOPClassUID": MRImageStorage,
        "SOPInstanceUID": uid("instance"),
        "StudyInstanceUID": uid("study"),
        "SeriesInstanceUID": uid("series"),
        "FrameOfReferenceUID": uid("frame"),
        "Modality": "MR",
        "PatientID": "P1",
        "PatientName": "Doe^Jane",
        "PatientBirthDate": "19500101",
        "StudyDate": "20260102",
        "AccessionNumber": "A1",
        "ImageType": ["ORIGINAL", "PRIMARY", "M"],
        "BodyPartExamined": "LSPINE",
        "SliceThickness": 4,
        "SeriesNumber": 1,
        "InstanceNumber": 1,
        "ImageOrientationPatient": list(SAGITTAL),
        "ImagePositionPatient": [0, -100, 150],
        "PixelSpacing": [9, 9],
        "Rows": ROWS,
        "Columns": COLUMNS,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelData": bytes(2 * ROWS * COLUMNS),
        **CONTRASTS["t2"],
    }
    elements.update(changes)
    for name, value in elements.items():
        if value is not None:
            setattr(dataset, name, value)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", MRImageStorage)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", uid("instance"))
    return dataset


def encode(dataset: Dataset, *, preamble: bool = True, meta: bool = True, little: bool = True) -> bytes:
    """The bytes of a file, with or without preamble and file meta group."""
    buffer = io.BytesIO()
    if preamble:
        pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
        return buffer.getvalue()
    if meta:
        pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
        return buffer.getvalue()[132:]
    implicit = dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2"
    del dataset.file_meta
    pydicom.dcmwrite(buffer, dataset, implicit_vr=implicit, little_endian=little, enforce_file_format=False)
    return buffer.getvalue()


def write(path: Path, dataset: Dataset, **options: Any) -> Path:
    """Write one data set; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(dataset, **options))
    return path


def write_series(
    folder: Path,
    contrast: str = "t2",
    *,
    name: str | None = None,
    slices: int = 5,
    top: float = 150.0,
    orientation: Sequence[float] = SAGITTAL,
    change: Callable[[Dataset, int], None] | None = None,
    **changes: Any,
) -> list[Path]:
    """Write one stack; ``top`` is the head end in mm, ``change(dataset, slice number)`` edits single slices."""
    name = name or contrast
    study = changes.get("StudyInstanceUID", uid("study"))
    paths = []
    normal_step = {SAGITTAL: (5.0, 0, 0), AXIAL: (0, 0, 5.0), CORONAL: (0, 5.0, 0)}.get(tuple(orientation), (5.0, 0, 0))
    for number in range(slices):
        facts: dict[str, Any] = {
            "SeriesInstanceUID": uid(study, "series", name),
            "SOPInstanceUID": uid(study, "instance", name, number),
            "InstanceNumber": number + 1,
            "ImageOrientationPatient": list(orientation),
            "ImagePositionPatient": [
                -20 + number * normal_step[0],
                -100 + number * normal_step[1],
                top + number * normal_step[2],
            ],
            "ScanOptions": None,
            "InversionTime": None,
            **CONTRASTS[contrast],
        }
        facts.update(changes)
        dataset = mr(**facts)
        if change is not None:
            change(dataset, number)
        paths.append(write(folder / name / f"{number:03}", dataset))
    return paths
