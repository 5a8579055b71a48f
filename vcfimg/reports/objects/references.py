"""How one object of ours is named inside another."""

from typing import Any, Final

from vcfimg.reports.objects.object_identity import Reference

_REPEATED: Final = (
    "PatientID PatientName PatientBirthDate PatientSex StudyInstanceUID StudyID StudyDate StudyTime AccessionNumber "
    "ReferringPhysicianName"
)
"""Keywords that are taken from an image of the study."""


def reference_dataset(reference: Reference, like: Any) -> Any:
    """A data set that says of an object no more than highdicom asks to refer to it."""
    from pydicom import Dataset

    made = Dataset()
    for keyword in _REPEATED.split():
        if keyword in like:
            made[keyword] = like[keyword]
    made.SOPClassUID = reference.sop_class_uid
    made.SOPInstanceUID = reference.sop_instance_uid
    made.SeriesInstanceUID = reference.series_instance_uid
    return made
