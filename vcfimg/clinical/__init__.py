"""Clinical facts: read from canonical JSON, CSV or FHIR, validated, and matched to studies."""

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.clinical.read_records import ClinicalFile, read_clinical
from vcfimg.clinical.record import RecordError
from vcfimg.clinical.record_matching import Matches, Unmatched, match
from vcfimg.clinical.stored_facts import clinical_sha256, from_dict, to_dict

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
