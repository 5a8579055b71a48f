"""The recommendation engine: gates, preference, plan and priority, each step with its source."""

from vcfimg.recommendation.advice.guidance import DISCLAIMER, GUIDANCE_DISAGREEMENT
from vcfimg.recommendation.advice.priority import CLASS_ORDER, DICOM_PRIORITY, FHIR_PRIORITY, unscreened_priority
from vcfimg.recommendation.engine import recommend

__all__ = [
    "CLASS_ORDER",
    "DICOM_PRIORITY",
    "DISCLAIMER",
    "FHIR_PRIORITY",
    "GUIDANCE_DISAGREEMENT",
    "recommend",
    "unscreened_priority",
]
