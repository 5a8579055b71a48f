"""Clinical facts: read from canonical JSON, CSV or FHIR, validated, and matched to studies."""

from vcfimg.clinical.implied_facts import Implied, implied_facts
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs, Remark, SharedLevelInputs
from vcfimg.clinical.level_words import LevelWords, level_words
from vcfimg.clinical.read_records import ClinicalFile, read_clinical
from vcfimg.clinical.record import RecordError, Unread
from vcfimg.clinical.record_matching import Matches, Unmatched, match
from vcfimg.clinical.stored_facts import clinical_sha256, from_dict, to_dict

__all__ = [
    "ClinicalFile",
    "ClinicalInputs",
    "Implied",
    "LevelInputs",
    "LevelWords",
    "Matches",
    "RecordError",
    "Remark",
    "SharedLevelInputs",
    "Unmatched",
    "Unread",
    "clinical_sha256",
    "from_dict",
    "implied_facts",
    "level_words",
    "match",
    "read_clinical",
    "to_dict",
]
