"""The patient position that the header of a series gives, for people who have to correct it."""

from typing import Final

from vcfimg.loaders.study import Series

PATIENT_POSITION: Final = "PatientPosition"

DEFINED: Final = frozenset(
    f"{end}{side}" for end in ("HF", "FF", "LF", "RF", "AF", "PF") for side in ("P", "S", "DR", "DL")
)
"""Defined terms of (0018,5100), DICOM PS3.3 C.7.3.1.1.2; anything else is not repeated."""


def patient_position(series: Series) -> str | None:
    """PatientPosition (0018,5100) of the first file of ``series``; None when it gives none."""
    from pydicom import dcmread

    try:
        dataset = dcmread(series.frames[0].path, force=True, stop_before_pixels=True, specific_tags=[PATIENT_POSITION])
        found = str(dataset.get(PATIENT_POSITION, "")).strip().upper()
    except Exception:  # noqa: BLE001 - it only makes a message fuller, and bytes can make the parser raise anything
        return None
    return found if found in DEFINED else None
