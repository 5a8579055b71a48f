"""The recommendation engine: gates, preference, plan and priority, each step with its source."""

from vcfimg.recommendation.engine import recommend
from vcfimg.recommendation.guidance import DISCLAIMER, GUIDANCE_DISAGREEMENT
from vcfimg.recommendation.priority import CLASS_ORDER, DICOM_PRIORITY, FHIR_PRIORITY, sort_key, unscreened_priority

__all__ = [
    "CLASS_ORDER",
    "DICOM_PRIORITY",
    "DISCLAIMER",
    "FHIR_PRIORITY",
    "GUIDANCE_DISAGREEMENT",
    "recommend",
    "sort_key",
    "unscreened_priority",
]
