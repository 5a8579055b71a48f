"""The words for clinical facts, their values and where they come from; pages, lists and explanations use these."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from vcfimg.level_names import unnamed


class InputWords(NamedTuple):
    """A fact of the record: what it is called, and how it is asked for."""

    noun: str
    question: str | None = None
    """Where it differs from the noun."""


INPUT: Final[dict[str, InputWords]] = {
    "pain_vas": InputWords("pain (VAS 0-10)", "pain score (VAS 0–10)"),
    "pain_vas_date": InputWords("date of the pain score"),
    "pain_positional": InputWords(
        "pain that increases with axial loading", "whether pain increases with axial loading (positional pain)"
    ),
    "exam_levels": InputWords("examined level(s)", "level that is painful on clinical examination"),
    "exam_date": InputWords("date of the examination"),
    "clinical_cord_compression": InputWords(
        "clinical cord or cauda compression", "whether there are clinical signs of cord or cauda compression"
    ),
    "new_neurological_deficit": InputWords("new neurological deficit", "whether there is a new neurological deficit"),
    "overt_instability": InputWords("overt instability", "whether there is overt instability"),
    "surgeon_stable": InputWords(
        "a surgeon's word that the spine is stable", "a spine surgeon's judgement of stability"
    ),
    "infection": InputWords("infection, local or systemic", "whether there is a local or systemic infection"),
    "coagulopathy_uncorrected": InputWords("uncorrected coagulopathy", "whether there is an uncorrected coagulopathy"),
    "cement_allergy": InputWords("allergy to cement", "whether there is an allergy to bone cement"),
    "pregnancy": InputWords("pregnancy", "whether the patient is pregnant"),
    "cancer": InputWords("cancer", "whether the patient has cancer"),
    "age": InputWords("age"),
    "trauma": InputWords("acute trauma", "whether this is an acute trauma"),
    "primary_bone_tumour": InputWords("primary bone tumour", "whether this is a primary bone tumour"),
    "histology_known": InputWords("histology known", "whether histology is known"),
    "primaries": InputWords("primary tumours", "the primary tumour or tumours"),
    "planned_levels": InputWords("planned number of levels", "number of levels planned"),
    "escc": InputWords("epidural grade (ESCC, Bilsky)", "epidural grade (Bilsky ESCC, axial T2)"),
    "bone_quality": InputWords("bone quality (CT)", "lytic, mixed or blastic bone (a CT item)"),
    "alignment": InputWords("alignment", "spinal alignment (normal, new deformity, translation)"),
    "posterolateral": InputWords("posterolateral elements", "involvement of the posterolateral elements"),
    "posterior_wall": InputWords("posterior wall", "whether the posterior wall is intact"),
    "body_involved_over_half": InputWords(
        "more than half of the body involved", "whether more than half of the body is involved"
    ),
    "instrumented": InputWords("instrumented level", "whether the level is instrumented"),
    "prior_rt_gy": InputWords("prior radiation (Gy)", "prior radiation dose"),
    "fracture_age_weeks": InputWords("age of the fracture (weeks)", "age of the fracture"),
    "retropulsion_mm": InputWords("retropulsion (mm)", "retropulsion"),
    "canal_narrowing_percent": InputWords("canal narrowing (%)", "canal narrowing"),
    "stir_edema": InputWords("edema on STIR by a reader", "edema on STIR, as a reader sees it"),
    "neurology_normal": InputWords("normal neurology", "whether the neurological examination is normal"),
    "neurology_date": InputWords("date of the neurological examination"),
    "labs_date": InputWords("date of the laboratory values"),
    "exam_tenderness": InputWords("tenderness of any level", "whether any level is tender on examination"),
    "biopsy_result": InputWords("result of the biopsy"),
    "biopsy_level": InputWords("level of the biopsy"),
    "all_levels": InputWords("what holds at all levels"),
    "other_levels": InputWords("what holds at the other levels"),
    "cancer_history": InputWords("cancer in the history", "whether the cancer is known from the history only"),
    "collapse": InputWords("extent of the collapse"),
    "sins_reported": InputWords("SINS of a report"),
    "prior_rt_fractions": InputWords("fractions of the prior radiation"),
    "study_date": InputWords("a newer MRI", "a newer MRI: what this one shows is too old to decide on"),
    "level": InputWords("name of the level", "the name of the level"),
    "loss_percent": InputWords("height loss (%)", "height loss"),
    "index": InputWords("index level", "whether this is the index level"),
    "coagulopathy": InputWords("uncorrected coagulopathy"),
    "loss_uncertainty": InputWords("its uncertainty (points)"),
    "edema_fraction": InputWords("edematous share of the body"),
    "image_edema": InputWords("edema by the image threshold"),
    "sex": InputWords("sex"),
    "first_metastasis": InputWords("first metastasis"),
    "latency_years": InputWords("time from the primary tumour (years)"),
    "sins_min": InputWords("lowest SINS"),
    "sins_max_with_loss_uncertainty": InputWords("highest SINS with the loss uncertainty"),
    "candidate_levels": InputWords("candidate levels"),
}
"""By field of the record; what the trace reads beside the record stands here as well."""

ORIGIN: Final[dict[str, str]] = {
    "file": "clinical record",
    "reader": "reader",
    "image": "image",
    "unknown": "nobody says",
    "stale": "too old",
    "policy": "policy",
    "rule": "rule",
}


def input_noun(path: str) -> str:
    """What an input is called: ``levels.T12.stir_edema`` → ``edema on STIR by a reader at T12``."""
    name, where = _split(path)
    words = INPUT.get(name)
    return (plain(name) if words is None else words.noun) + where


def input_question(path: str) -> str:
    """What a missing input is asked for by: ``levels.T12.escc`` → ``epidural grade (Bilsky ESCC, axial T2) at T12``."""
    name, where = _split(path)
    words = INPUT.get(name)
    return (plain(name) if words is None else words.question or words.noun) + where


def place_of(path: str) -> str:
    """The level that a path of the record speaks of, ``T12`` or ``#7``; empty for a fact of the patient."""
    return _split(path)[1].removeprefix(" at ")


def plain(code: str) -> str:
    """A code that has no words, readable; text that is not a code stays as it is."""
    is_code = code.isascii() and code.replace("_", "a").isalnum() and code == code.lower()
    return code.replace("_", " ") if is_code else code


def _split(path: str) -> tuple[str, str]:
    """The field of a path, and `` at T12`` for one of a level."""
    parts = path.split(".")
    if len(parts) != 3 or parts[0] not in ("levels", "vertebrae"):
        return path, ""
    return parts[2], f" at {parts[1] if parts[0] == 'levels' else unnamed(parts[1])}"


def value_words(value: Any) -> str:
    """A free-form value in words: ``{"value": 8, "from": "file"}`` → ``8 (clinical record)``, ``[0, 3]`` → ``0–3``."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "−")
    if isinstance(value, Mapping):
        return _mapping_words(value)
    if isinstance(value, list | tuple):
        if len(value) == 2 and all(isinstance(part, int | float) for part in value):
            return value_words(value[0]) if value[0] == value[1] else f"{value[0]:g}–{value[1]:g}"
        return ", ".join(value_words(part) for part in value) or "none"
    return str(value)


def _mapping_words(value: Mapping[str, Any]) -> str:
    if "min" in value and "max" in value:
        main = value_words([value["min"], value["max"]])
    elif "value" in value:
        main = value_words(value["value"])
    else:
        return ", ".join(f"{plain(name)} {value_words(part)}" for name, part in value.items())
    about = [
        _about(name, part) if name in ("from", "input") else f"{name} {value_words(part)}"
        for name, part in value.items()
        if name not in ("min", "max", "value")
    ]
    # an unknown value needs no "(unknown)" behind it
    about = [words for words in about if words != main and not (main == "unknown" and words == ORIGIN["unknown"])]
    return f"{main} ({', '.join(about)})" if about else main


def _about(name: str, part: Any) -> str:
    return ORIGIN.get(part, str(part)) if name == "from" and isinstance(part, str) else value_words(part)
