"""Place on the worklist (clinical.md section 9, design), with the FHIR and DICOM words for it.

One table says which class and which band of the score a reason gives. The highest class and the highest band win, so a
further danger or finding never lowers either.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from vcfimg.base import Note
from vcfimg.clinical.inputs import OPEN
from vcfimg.level_names import unnamed
from vcfimg.policy import Policy
from vcfimg.policy.decision_sections import PriorityPolicy
from vcfimg.recommendation.advice.care import CANDIDATES
from vcfimg.recommendation.advice.ranked_level import RankedLevel
from vcfimg.recommendation.facts.patient_facts import PatientFacts
from vcfimg.recommendation.facts.spine_findings import EDEMA_NOT_ASSESSED, FindingCode
from vcfimg.recommendation.recommendation import Priority, Recommendation, Status

PriorityClass = Literal["emergency", "urgent", "soon", "routine", "unscreened"]

CLASS_ORDER: Final[tuple[PriorityClass, ...]] = ("emergency", "urgent", "soon", "unscreened", "routine")
"""Order on the worklist: unscreened studies lead the routine ones and are never ranked below them."""

FhirPriority = Literal["stat", "asap", "urgent", "routine"]

FHIR_PRIORITY: Final[dict[str, FhirPriority]] = {
    "emergency": "stat",
    "urgent": "asap",
    "soon": "urgent",
    "routine": "routine",
    "unscreened": "urgent",
}
"""FHIR request-priority; asap ranks above urgent there. An unscreened study maps as one of soon, see :func:`rank`."""

DICOM_PRIORITY: Final[dict[str, str]] = {
    "emergency": "STAT",
    "urgent": "HIGH",
    "soon": "MEDIUM",
    "routine": "LOW",
    "unscreened": "MEDIUM",
}
"""Requested Procedure Priority (0040,1003); a Scheduled Workitem Priority (0074,1200) has no STAT and takes HIGH."""

Band = Literal["none", "found", "open", "pending"]
BANDS: Final[tuple[Band, ...]] = get_args(Band)
"""``pending``: a candidate or an edematous fracture; ``open``: something unknown stands above; ``found``: nothing is
pending about it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a reason means for the place of a study."""

    class_: PriorityClass
    band: Band
    text: str


REASONS: Final[dict[str, Reason]] = {
    "cord": Reason("emergency", "pending", "clinical cord compression or a new neurological deficit is recorded"),
    "emergency_review": Reason("emergency", "pending", "emergency review"),
    "unstable": Reason("urgent", "pending", "instability is recorded"),
    "infection": Reason("urgent", "pending", "infection is recorded"),
    "epidural": Reason("urgent", "pending", "high-grade epidural disease or translation is recorded for every level"),
    "neurology_abnormal": Reason("urgent", "pending", "an abnormal neurological examination is recorded"),
    "danger_unread": Reason("urgent", "pending", "a danger is recorded that nobody could read or confirm"),
    "surgical_review": Reason("urgent", "pending", "surgical review"),
    "cord_unknown": Reason("urgent", "open", "cord compression not recorded, fracture with edema or edema unknown"),
    "encroached": Reason("urgent", "pending", "canal narrowing or retropulsion with edema"),
    "candidate": Reason("soon", "pending", "candidate"),
    "edematous_fracture": Reason("soon", "pending", "fracture with edema"),
    "offered": Reason("soon", "pending", "all that an offer asks for is met"),
    "contraindication_unread": Reason(
        "soon", "pending", "a contraindication is recorded that nobody could read or confirm"
    ),
    "contraindicated": Reason("soon", "open", "contraindicated for now"),
    "cord_aged": Reason("soon", "open", "the neurological examination is too old beside a fracture"),
    "out_of_scope": Reason("soon", "open", "out of scope, with a finding"),
    "unexplained_lesion": Reason("soon", "open", "suspicious lesion without a known cancer: work-up and biopsy"),
    "diffuse_marrow": Reason("soon", "open", "all marrow looks abnormal, or the sequence cannot tell"),
    "loss_unknown": Reason("soon", "open", "height loss not known"),
    "edema_unknown": Reason("soon", "open", "edema not known"),
    "wedge_suspected": Reason("soon", "open", "wedged or flattened in itself, whatever the neighbours say"),
    "reference_suspect": Reason("soon", "open", "its neighbours may be collapsed themselves"),
    "unmeasured_vertebra": Reason("soon", "open", "not measured between measured ones: may be a vertebra plana"),
    "left_out": Reason("soon", "open", "a series or station was left out or does not fit the others"),
    "recheck_numbering": Reason("soon", "open", "recheck the numbering of the vertebrae"),
    "exam_elsewhere": Reason("soon", "open", "the examination finds the pain at another level"),
    "fracture": Reason("soon", "found", "fracture, edema absent"),
    "shape_or_loss": Reason("soon", "found", "height as low as in healthy bodies of this level: shape or fracture"),
    "edema": Reason("soon", "found", "edema without a fracture"),
}
"""By code, in the order in which they are given: a reason of the study, or of levels, whose names then lead it."""

NO_LEVEL: Final = "no level was given and there are no images"
"""Reason of a record that names no level, without images."""

_SAY_NOTHING: Final = frozenset({"loss_unknown", "edema_unknown", "diffuse_marrow", "left_out"})
"""What is said of images on which nothing could be measured: they are unscreened all the same."""

_NOT_ASSESSED: Final = "edema was not assessed: no series shows it"

_CONTRAINDICATIONS: Final = frozenset(
    {"coagulopathy_uncorrected", "cement_allergy", "pregnancy", "trauma", "primary_bone_tumour", "instrumented"}
)
"""Dangers that close a procedure without being urgent in themselves."""


_FROM_ALERTS: Final = ("unexplained_lesion", "recheck_numbering")
"""Alerts of a level that are reasons."""


def alerted(recommendations: Iterable[Recommendation]) -> dict[str, tuple[str, ...]]:
    """Reasons that are alerts of a level, with the names of the levels."""
    found: dict[str, tuple[str, ...]] = {}
    for one in recommendations:
        for alert in one.alerts:
            if alert.code in _FROM_ALERTS:
                found[alert.code] = (*found.get(alert.code, ()), one.level or unnamed(one.vertebra_id))
    return found


def finding_notes(findings: Mapping[FindingCode, tuple[str, ...]]) -> tuple[Note, ...]:
    """What the images leave open, said once for the whole study."""
    return tuple(
        Note(code=code, text=f"{text[:1].upper()}{text[1:]}.", kind="design")
        for code, names in findings.items()
        for text in [_text(_NOT_ASSESSED if code == EDEMA_NOT_ASSESSED else REASONS[code].text, names)]
    )


def unscreened_priority(reason: str, *, spine: bool = True) -> Priority:
    """Priority of a study that failed, holds no spine series or could not be measured.

    ``spine``: the study has, or may have, a series of the spine: it then maps as one of class soon.
    """
    return _unscreened((reason,), spine=spine)


def rank(
    levels: Sequence[RankedLevel],
    patient: PatientFacts,
    findings: Mapping[FindingCode, tuple[str, ...]],
    alerts: Mapping[str, tuple[str, ...]],
    policy: Policy,
    *,
    seen: bool,
    measured: bool,
) -> Priority:
    """Class and band by the most pressing reason, score within the band from loss, edema, pain and number of levels.

    Parameters
    ----------
    findings
        What the images leave open, with the names of the vertebrae.
    alerts
        What :func:`alerted` gives.
    seen
        There are images of the spine.
    measured
        At least one body was measured on them.
    """
    found: dict[str, tuple[str, ...]] = dict.fromkeys(_of_patient(patient), ())
    found.update(findings.items())
    found.update(alerts)
    for level in levels:
        name = level.label + (" (as on the image, which is worse than the reader)" if level.by_image else "")
        for code in _of_level(level, patient, policy.priority):
            found[code] = (*found.get(code, ()), name)
    if "recheck_numbering" in found:
        found.pop("exam_elsewhere", None)
    said = [_NOT_ASSESSED] if EDEMA_NOT_ASSESSED in findings else []
    codes, class_, band = _weighed(frozenset(found))
    texts = [_text(REASONS[code].text, found[code]) for code in codes]
    if not measured and (seen or not levels) and _SAY_NOTHING.issuperset(codes):
        return _unscreened(("not measurable",) if seen else (NO_LEVEL,), spine=seen)
    low = band in ("found", "none")
    texts = [*(texts or ["no level calls for earlier review"]), *said]
    alone = not patient.given
    if alone:
        texts.append("ranked by images alone: no clinical facts were given")
    return Priority.model_construct(
        class_=class_,
        score=_score(levels, found, patient, band, policy.priority),
        reasons=tuple(texts),
        fhir="routine" if low else FHIR_PRIORITY[class_],
        dicom="LOW" if low else DICOM_PRIORITY[class_],
        images_alone=alone,
    )


@functools.lru_cache(maxsize=4096)
def _weighed(found: frozenset[str]) -> tuple[tuple[str, ...], PriorityClass, Band]:
    """The reasons among these codes in their order, the highest class and the highest band."""
    codes = tuple(code for code in REASONS if code in found)
    class_: PriorityClass = min((REASONS[code].class_ for code in codes), key=CLASS_ORDER.index, default="routine")
    return codes, class_, max((REASONS[code].band for code in codes), key=BANDS.index, default="none")


def _text(text: str, names: tuple[str, ...]) -> str:
    return f"{', '.join(dict.fromkeys(names))}: {text}" if names else text


def _of_patient(patient: PatientFacts) -> list[str]:
    """Reasons that hold whatever the levels are."""
    record = patient.record
    everywhere = [facts for facts in (record.all_levels, record.other_levels) if facts is not None]
    if not record.remarks and not everywhere and not patient.neurology_abnormal and not _endangered(patient):
        return []
    unread = {one.field.rpartition(".")[2] for one in record.remarks if one.code in OPEN and one.code != "lab_proposal"}
    proposed = any(one.code == "lab_proposal" for one in record.remarks)
    holds = {
        "cord": bool(patient.cord or patient.deficit),
        "unstable": bool(patient.stable is False or patient.overt),
        "infection": bool(patient.infection),
        "epidural": any(one.escc in ("2", "3") or one.alignment == "translation" for one in everywhere),
        "neurology_abnormal": patient.neurology_abnormal,
        "danger_unread": not unread <= _CONTRAINDICATIONS,
        "contraindication_unread": proposed or not unread.isdisjoint(_CONTRAINDICATIONS),
    }
    return [code for code, value in holds.items() if value]


def _endangered(patient: PatientFacts) -> bool:
    return bool(patient.cord or patient.deficit or patient.stable is False or patient.overt or patient.infection)


def _of_level(level: RankedLevel, patient: PatientFacts, limits: PriorityPolicy) -> list[str]:
    """Reasons that follow from one level."""
    deep = level.loss is not None and level.loss >= limits.loss_percent
    found = deep or level.edema is True
    cord_open = patient.given and patient.cord is None and deep and level.edema is not False
    needed = level.loss is None or level.loss >= limits.edema_needed_loss_percent
    holds = {
        "emergency_review": level.status is Status.EMERGENCY_REVIEW,
        "surgical_review": level.status is Status.SURGICAL_REVIEW,
        "cord_unknown": cord_open and not patient.cord_aged,
        "encroached": level.encroached and level.edema is True,
        "candidate": level.status in CANDIDATES,
        "edematous_fracture": deep and level.edema is True,
        "offered": level.offered and level.status not in CANDIDATES,
        "contraindicated": level.status is Status.CONTRAINDICATED,
        "cord_aged": cord_open and patient.cord_aged,
        "out_of_scope": level.status is Status.OUT_OF_SCOPE and found,
        "exam_elsewhere": level.exam_elsewhere and found,
        "loss_unknown": level.loss is None,
        "edema_unknown": level.edema is None and needed,
        "fracture": deep and level.edema is False and not level.shape,
        "shape_or_loss": deep and level.shape,
        "edema": level.edema is True and not deep,
    }
    return [code for code, value in holds.items() if value]


def _score(
    levels: Sequence[RankedLevel],
    found: Mapping[str, tuple[str, ...]],
    patient: PatientFacts,
    band: Band,
    limits: PriorityPolicy,
) -> float:
    """0-100 within the band. Unknown loss and edema count by the policy."""
    losses = [_weighed_loss(level, limits) for level in levels]
    if "loss_unknown" in found or "unmeasured_vertebra" in found:
        losses.append(limits.unknown_loss_percent)
    edema = [_weighed_edema(level, limits) for level in levels]
    if "edema_unknown" in found or "diffuse_marrow" in found:
        edema.append(limits.unknown_edema_fraction)
    count = len({name for names in found.values() for name in names})
    share = (
        limits.weight_loss * min(max(losses, default=0.0), 100.0) / 100
        + limits.weight_edema * max(edema, default=0.0)
        + limits.weight_pain * (patient.vas or 0.0) / 10
        + limits.weight_levels * min(count / limits.full_levels, 1.0)
    )
    floors = (0.0, limits.band_found, limits.band_open, limits.band_pending, 101.0)
    place = BANDS.index(band)
    floor, top = floors[place], floors[place + 1] - 1
    return round(floor + (top - floor) * min(share, 1.0), 1)


def _weighed_loss(level: RankedLevel, limits: PriorityPolicy) -> float:
    return limits.unknown_loss_percent if level.loss is None else max(level.loss, 0.0)


def _weighed_edema(level: RankedLevel, limits: PriorityPolicy) -> float:
    """Extent of edema; seen, it weighs at least as much as unknown."""
    if level.edema is None:
        return limits.unknown_edema_fraction
    extent = level.fraction or 0.0
    return limits.unknown_edema_fraction + (1 - limits.unknown_edema_fraction) * extent if level.edema else 0.0


def _unscreened(reasons: tuple[str, ...], *, spine: bool) -> Priority:
    as_class = "unscreened" if spine else "routine"
    return Priority.model_construct(
        class_="unscreened",
        score=0.0,
        reasons=reasons,
        fhir=FHIR_PRIORITY[as_class],
        dicom=DICOM_PRIORITY[as_class],
        images_alone=False,
    )
