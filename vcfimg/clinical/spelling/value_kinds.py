"""Which kind of value every field holds, and so how it may be written: one table for JSON, CSV and FHIR."""

from typing import Any, Final

from vcfimg.clinical.inputs import READ_BY_US, ClinicalInputs, Flag, LevelInputs, SharedLevelInputs
from vcfimg.clinical.spelling import spellings as s

READERS: Final[dict[str, s.Reader]] = {
    **{
        name: s.finding
        for model in (ClinicalInputs, LevelInputs)
        for name, field in model.model_fields.items()
        if field.annotation == (Flag | None)
    },  # true or false, as a finding is written; what is not a finding follows
    **dict.fromkeys(("patient_id", "study_instance_uid", "accession_number"), s.identifier),
    "trauma": s.trauma,
    "age": s.number_in("years"),
    "sex": s.word(
        {
            "F": ("female", "weiblich", "w", "woman", "frau"),
            "M": ("male", "männlich", "m", "man", "mann"),
            "O": ("other", "divers", "d", "diverse"),
        }
    ),
    **dict.fromkeys(
        ("cancer", "cancer_history", "histology_known", "first_metastasis", "pain_positional", "exam_tenderness"),
        s.flag,
    ),
    **dict.fromkeys(("neurology_normal", "surgeon_stable", "index"), s.flag),
    "primaries": s.names,
    "latency_years": s.number_in("years"),
    "pain_vas": s.pain,
    **dict.fromkeys(("pain_vas_date", "exam_date", "neurology_date", "labs_date"), s.date),
    "exam_levels": s.levels,
    **dict.fromkeys(("planned_levels", "prior_rt_fractions"), s.count),
    "biopsy_result": s.word(
        {
            "malignant": ("maligne", "bösartig", "positive for malignancy"),
            "benign": ("benigne", "gutartig"),
            "nondiagnostic": ("non-diagnostic", "non diagnostic", "nicht diagnostisch", "inconclusive"),
        }
    ),
    "biopsy_level": s.level,
    "escc": s.escc,
    "bone_quality": s.word(
        {
            "lytic": ("osteolytic", "lytisch", "osteolytisch"),
            "mixed": ("gemischt", "mixed lytic and blastic", "lytic and blastic"),
            "blastic": ("osteoblastic", "blastisch", "osteoblastisch"),
        }
    ),
    "alignment": s.word(
        {
            "normal": ("aligned", "regelrecht"),
            "deformity": (
                "new deformity",
                "deformität",
                "kyphosis",
                "new kyphosis",
                "kyphose",
                "scoliosis",
                "skoliose",
            ),
            "translation": ("subluxation", "subluxation/translation", "translation/subluxation"),
        }
    ),
    "posterolateral": s.word(
        {
            "none": ("no", "keine", "kein", "nein"),
            "unilateral": ("einseitig", "one side"),
            "bilateral": ("beidseitig", "both sides", "beidseits"),
        }
    ),
    "posterior_wall": s.word(
        {"intact": ("intakt",), "disrupted": ("not intact", "nicht intakt", "unterbrochen", "destroyed", "defekt")}
    ),
    "collapse": s.word(
        {
            "none": ("no", "keine", "kein", "nein"),
            "under_half": ("under half", "< 50 %", "<50%", "<50 %", "< 50%", "under 50%", "under 50 %"),
            "over_half": ("over half", "> 50 %", ">50%", ">50 %", "> 50%", "over 50%", "over 50 %"),
        }
    ),
    "sins_reported": s.sins,
    "prior_rt_gy": s.number_in("gy"),
    "fracture_age_weeks": s.number_in("weeks"),
    "retropulsion_mm": s.number_in("mm"),
    "canal_narrowing_percent": s.number_in("%"),
    "loss_percent": s.loss,
    "loss_uncertainty": s.number_in("points"),
}
"""Field to the reader of its values; ``levels``, ``all_levels`` and ``other_levels`` hold fields themselves."""

FLAGS: Final = frozenset(name for name, reader in READERS.items() if reader in (s.flag, s.finding, s.trauma))
"""Fields that are true or false."""

GROUPS: Final = ("all_levels", "other_levels")
PATIENT_FIELDS: Final = tuple(
    name for name in ClinicalInputs.model_fields if name not in {"levels", *GROUPS, *READ_BY_US}
)
LEVEL_FIELDS: Final = tuple(LevelInputs.model_fields)
SHARED_FIELDS: Final = tuple(SharedLevelInputs.model_fields)


def read_or_keep(name: str, value: Any) -> Any:
    """The canonical value, or the value as it is where it cannot be read (validation will say so)."""
    try:
        return READERS[name](value)
    except s.UnreadableError:
        return value
