"""What every decision carries: where guidance and the paper disagree, the dates, the limits of this software."""

import datetime

from vcfimg.base import Note
from vcfimg.recommendation.advice.patient_case import PatientCase
from vcfimg.recommendation.advice.texts import Texts
from vcfimg.recommendation.facts.patient_facts import PatientFacts

DISCLAIMER = (
    "Research and education software, not a medical device; to be verified by qualified clinicians. It does not detect "
    "cord compression, instability or infection. Not for patients under 18 years, an instrumented spine, trauma or "
    "primary bone tumours."
)

GUIDANCE_DISAGREEMENT: tuple[Note, ...] = tuple(
    Note(code=f"guidance_{code}", text=text, kind="guideline")
    for code, text in (
        (
            "imwg_2008",
            "IMWG 2008/09 asks for pain above 7 of 10 as the primary indication; absolute contraindications as here "
            "and pain unrelated to the collapse; relative: above T3, osteoblastic, under 40 years, vertebra plana, "
            "retropulsion.",
        ),
        (
            "imwg_2019",
            "IMWG 2019 asks for pain confirmed on STIR and names no VAS; T10-L2, progressive loss and a defect of the "
            "posterior wall are relative indications; it speaks of treatment at 4-8 weeks (the best timing is debated "
            "and none is set here), of at most 3 levels, and prefers BKP to VP.",
        ),
        (
            "nass",
            "The NASS neoplastic appropriate-use criteria hold augmentation appropriate mainly without stenosis or "
            "deficit, stable, below 80 % loss, with an intact posterior wall and VAS above 6.",
        ),
        (
            "cafe",
            "CAFE took 1-3 fractures of T5-L5, pain of 4 or more and RDQ of 10 or more; in myeloma pain was scored "
            "after a steroid pulse or a week of therapy, so the date of the VAS matters.",
        ),
        ("sir_2014", "SIR 2014 asks for failed medical therapy or pain that alters the quality of life."),
        ("acr_2022", "ACR 2022 holds a radiation-oncology consult usually appropriate."),
    )
) + tuple(
    Note(code=f"guidance_{code}", text=f"The paper disagrees with itself: {text}", kind="paper")
    for code, text in (
        (
            "paper_evidence",
            "its conclusion calls the evidence Class 1 to 2 for augmentation in general; its body has "
            "randomised evidence for BKP only.",
        ),
        (
            "paper_positional",
            "it asks for positional pain in abstract and conclusion, not in the sentence that gives VAS 4; it "
            "is required here.",
        ),
        (
            "paper_chronic",
            "it reports benefit in chronic fractures, yet its offer requires edema on STIR; without edema the "
            "level is not indicated here and may go to the tumour board.",
        ),
    )
)

_DISCLAIMER = Note(code="disclaimer", text=DISCLAIMER)


def date_notes(
    patient: PatientFacts, study_date: datetime.date | None, *, imaged: bool, texts: Texts
) -> tuple[Note, ...]:
    """What is used although it has no date, and what is too old to be used (SR7)."""
    record, note, found = patient.record, texts.note, []
    if record.pain_vas is not None and not patient.refused:
        if record.pain_vas_date is None:
            found.append(note["vas_undated"])
        elif patient.vas is None and "pain_vas_date" not in patient.future_dates:
            found.append(note["vas_stale"])
    if record.exam_levels and not patient.refused:
        if record.exam_date is None:
            found.append(note["exam_undated"])
        elif patient.exam_levels is None and "exam_date" not in patient.future_dates:
            found.append(note["exam_stale"])
    if patient.mri_stale:
        found.append(note["mri_stale"])
    elif study_date is None and imaged:
        found.append(note["mri_undated"])
    return tuple(found)


def patient_notes(case: PatientCase, as_of: datetime.date, study_date: datetime.date | None) -> tuple[Note, ...]:
    """All dates (SR7) with the notes on them, a missing record, guidance disagreement and disclaimer."""
    record, texts = case.facts.record, case.texts
    line = texts.with_fact(
        "dates",
        as_of=str(as_of),
        vas="not given" if record.pain_vas is None else str(record.pain_vas_date or "undated"),
        exam=str(record.exam_date or "undated") if record.exam_levels else "not given",
        mri=str(study_date or "undated"),
    )
    alone = () if case.facts.given else (texts.note["images_alone"],)
    return (line, *case.dates, *alone, *GUIDANCE_DISAGREEMENT, _DISCLAIMER)


def is_guidance(note: Note) -> bool:
    """Whether a note tells where guidance and the paper differ."""
    return note.code.startswith("guidance_")
