"""Series of a few slices, made to survey the spine and to count its levels, not to measure it."""

from typing import Final

DIAGNOSTIC_SLICES: Final = 9
"""A sagittal series that is read for vertebral bodies has at least so many: slices of 4 mm and less (ACR-ASNR-SCBT-MR
practice parameter for MRI of the adult spine) need these to show a lumbar body, 40 to 50 mm wide, from side to side."""


def is_survey(slices: int) -> bool:
    """Whether a sagittal stack of so many slices is a survey."""
    return slices < DIAGNOSTIC_SLICES
