"""The recommendation engine: gates, preference, plan and priority, each step with its source."""

from vcfimg.recommendation.engine import recommend
from vcfimg.recommendation.explain import explain
from vcfimg.recommendation.guidance import DISCLAIMER, GUIDANCE_DISAGREEMENT
from vcfimg.recommendation.priority import CLASS_ORDER, DICOM_PRIORITY, FHIR_PRIORITY, unscreened_priority
from vcfimg.recommendation.whatif import Case, Change, if_all_favourable, what_would_change

__all__ = [
    "CLASS_ORDER",
    "DICOM_PRIORITY",
    "DISCLAIMER",
    "FHIR_PRIORITY",
    "GUIDANCE_DISAGREEMENT",
    "Case",
    "Change",
    "explain",
    "if_all_favourable",
    "recommend",
    "unscreened_priority",
    "what_would_change",
]
