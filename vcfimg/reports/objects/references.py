"""How one object of ours is named inside another."""

from typing import Any

from vcfimg.reports.objects.object_identity import Reference


def reference_dataset(reference: Reference, like: Any) -> Any:
    """A data set that says of an object no more than highdicom asks to refer to it."""
    from pydicom import Dataset

    made = Dataset()
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyID"):
        if keyword in like:
            made[keyword] = like[keyword]
    for keyword in ("StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName"):
        if keyword in like:
            made[keyword] = like[keyword]
    made.SOPClassUID = reference.sop_class_uid
    made.SOPInstanceUID = reference.sop_instance_uid
    made.SeriesInstanceUID = reference.series_instance_uid
    return made
