"""What all DICOM objects of ours share: equipment, dates, codes and the way they are stored."""

import datetime
import io
from pathlib import Path
from typing import Any, Final

from vcfimg import __version__
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.objects.codes import Code
from vcfimg.reports.objects.object_identity import Identity, derived_uid
from vcfimg.result import ScreeningResult

MANUFACTURER: Final = "vcfimg"
MODEL: Final = "vcfimg"
SERIAL: Final = "0"
"""DeviceSerialNumber is required; software has none."""
UNICODE: Final = "ISO_IR 192"
"""Character set of every object: names in any script."""

SERIES_NUMBERS: Final[dict[str, int]] = {"seg": 9001, "sr": 9002, "sc": 9003, "gsps": 9004, "pdf": 9005, "reject": 9006}
"""Far above those of scanners, so that our series stand last in a list."""

DESCRIPTIONS: Final[dict[str, str]] = {
    "seg": "vcfimg vertebral bodies, discs, canal, sacrum",
    "sr": "vcfimg measurements",
    "sc": "vcfimg picture",
    "gsps": "vcfimg height lines",
    "pdf": "vcfimg report",
    "reject": "vcfimg rejection note",
}
NOT_A_DEVICE: Final = "RESEARCH AND EDUCATION - NOT A MEDICAL DEVICE"


def concept(code: Code) -> Any:
    """As highdicom and pydicom take it."""
    from highdicom.sr import CodedConcept

    return CodedConcept(code.value, code.scheme, code.meaning)


def tracking_uid(result: ScreeningResult, part: str) -> str:
    """The UID by which objects of one look at the images speak of the same structure."""
    info = result.provenance.segmenter
    segmenter = f"{info.name} {info.version} {info.sha256}" if info else ""
    return derived_uid(
        "tracking", result.study.study_instance_uid, result.provenance.inputs_sha256 or "", segmenter, part
    )


def equipment(identity: Identity) -> dict[str, Any]:
    """The arguments that every constructor of highdicom takes."""
    return {
        "series_instance_uid": identity.object.series_instance_uid,
        "series_number": SERIES_NUMBERS[identity.format],
        "sop_instance_uid": identity.object.sop_instance_uid,
        "instance_number": 1,
        "manufacturer": MANUFACTURER,
    }


def observer(result: ScreeningResult) -> Any:
    """This software as the device that made the observations."""
    import highdicom as hd
    from pydicom.sr.codedict import codes as known

    return hd.sr.ObserverContext(
        observer_type=known.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
            uid=derived_uid("device", MODEL, result.provenance.version),
            name=MODEL,
            manufacturer_name=MANUFACTURER,
            model_name=MODEL,
            serial_number=SERIAL,
        ),
    )


def finish(dataset: Any, identity: Identity, result: ScreeningResult) -> Any:
    """Give an object its description, software and the dates of its result; the same result gives the same bytes."""
    when = datetime.datetime.fromisoformat(identity.started.replace("Z", "+00:00")).astimezone(datetime.UTC)
    date, clock = when.strftime("%Y%m%d"), when.strftime("%H%M%S")
    for keyword in (
        "InstanceCreationDate",
        "ContentDate",
        "SeriesDate",
        "PresentationCreationDate",
        "DateOfSecondaryCapture",
    ):
        if keyword in dataset:
            setattr(dataset, keyword, date)
    for keyword in (
        "InstanceCreationTime",
        "ContentTime",
        "SeriesTime",
        "PresentationCreationTime",
        "TimeOfSecondaryCapture",
    ):
        if keyword in dataset:
            setattr(dataset, keyword, clock)
    if "Laterality" not in dataset and identity.format in ("sc", "gsps", "pdf"):
        dataset.Laterality = ""  # type 2C: the spine has no side
    dataset.TimezoneOffsetFromUTC = "+0000"
    dataset.SeriesDescription = DESCRIPTIONS[identity.format]
    dataset.ManufacturerModelName = MODEL
    dataset.SoftwareVersions = result.provenance.version
    dataset.DeviceSerialNumber = SERIAL
    for item in dataset.get("ContributingEquipmentSequence", ()):
        item.ContributionDateTime = f"{date}{clock}"
    _dates_inside(dataset, date + clock)
    organization = derived_uid("dimensions", identity.object.sop_instance_uid)
    for keyword in ("DimensionOrganizationSequence", "DimensionIndexSequence"):
        for item in dataset.get(keyword, ()):
            item.DimensionOrganizationUID = organization
    return dataset


def _dates_inside(dataset: Any, stamp: str) -> None:
    for item in dataset.get("ContentSequence", ()):
        if "ObservationDateTime" in item:
            item.ObservationDateTime = stamp
        _dates_inside(item, stamp)


def store(dataset: Any, path: Path) -> Path:
    """Write a DICOM file whole; raises ``ReportError`` (``write_failed``)."""
    target = io.BytesIO()
    dataset.file_meta.ImplementationVersionName = f"VCFIMG_{__version__}"[:16]
    dataset.save_as(target, enforce_file_format=True)
    return write_atomic(path, target.getvalue())
