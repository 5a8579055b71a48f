"""Clinical facts: read from canonical JSON, CSV or FHIR, validated, and matched to studies."""

from vcfimg.clinical.canonical import clinical_sha256, from_dict, to_dict
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.clinical.matching import Matches, Unmatched, match
from vcfimg.clinical.read import ClinicalFile, read_clinical
from vcfimg.clinical.record import RecordError

__all__ = [
    "ClinicalFile",
    "ClinicalInputs",
    "LevelInputs",
    "Matches",
    "RecordError",
    "Unmatched",
    "clinical_sha256",
    "from_dict",
    "match",
    "read_clinical",
    "to_dict",
]
