"""The worklist over random patients: nothing found is routine, and nothing added makes a study less pressing."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.recommendation.level_cases import LEVEL, decide, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import LossPercent, Quality, SpineMeasurement, StirFinding, VertebraMeasurement
from vcfimg.imaging.raw import Heights
from vcfimg.recommendation.advice.priority import CLASS_ORDER
from vcfimg.recommendation.recommendation import Priority

NAMES = ("T10", "T11", "T12", "L1", "L2", "L3")
PATIENTS = 400
FLAG = (True, False, None)

Patient = tuple[dict[str, Any], dict[str, dict[str, Any]], list[VertebraMeasurement] | None]
"""Facts of the record, facts of its levels, bodies of the images."""


def patient(rng: random.Random) -> Patient:
    facts: dict[str, Any] = {
        "age": rng.choice((65, None)),
        "cancer": rng.choice((True, True, False, None)),
        "pain_vas": rng.choice((7, 2, None)),
        "pain_positional": rng.choice(FLAG),
        "exam_levels": rng.choice(((rng.choice(NAMES),), None)),
        "clinical_cord_compression": rng.choice((False, False, None)),
        "new_neurological_deficit": rng.choice((False, False, None)),
        "infection": rng.choice((False, None)),
        "coagulopathy_uncorrected": rng.choice((False, None)),
    }
    levels = {
        name: {
            "escc": rng.choice(("0", "1b", None)),
            "bone_quality": rng.choice(("lytic", "mixed", None)),
            "alignment": rng.choice(("normal", None)),
            "posterolateral": rng.choice(("none", None)),
            "body_involved_over_half": rng.choice(FLAG),
            "stir_edema": rng.choice(FLAG),
            "loss_percent": rng.choice((3, 15, 30, 60, None)),
        }
        for name in NAMES
        if rng.random() < 0.3
    }
    bodies = [sound(place, name, rng) for place, name in enumerate(NAMES)] if rng.random() < 0.7 else None
    return facts, levels, bodies


def sound(place: int, name: str, rng: random.Random) -> VertebraMeasurement:
    loss = rng.choice((2.0, 2.0, 2.0, 12.0, 30.0))
    return vertebra(place, name, loss=loss, fraction=rng.choice((0.0, 0.0, 0.0, 0.3)))


def priority_of(case: Patient) -> Priority:
    facts, levels, bodies = case
    record = ClinicalInputs(**facts, levels={name: LevelInputs(**one) for name, one in levels.items()})
    return decide(record, None if bodies is None else spine(*bodies)).priority


def with_fact(name: str, value: Any) -> Callable[[Patient, random.Random], Patient]:
    return lambda case, rng: ({**case[0], name: value}, case[1], case[2])


def with_level(**changes: Any) -> Callable[[Patient, random.Random], Patient]:
    def change(case: Patient, rng: random.Random) -> Patient:
        name = rng.choice(NAMES)
        return case[0], {**case[1], name: {**case[1].get(name, {}), **changes}}, case[2]

    return change


def with_body(**changes: Any) -> Callable[[Patient, random.Random], Patient]:
    def change(case: Patient, rng: random.Random) -> Patient:
        if case[2] is None:
            return case
        bodies = list(case[2])
        place = rng.randrange(1, len(bodies) - 1)
        bodies[place] = bodies[place].model_copy(update=changes)
        return case[0], case[1], bodies

    return change


DANGERS: dict[str, Callable[[Patient, random.Random], Patient]] = {
    "cord": with_fact("clinical_cord_compression", True),
    "deficit": with_fact("new_neurological_deficit", True),
    "abnormal neurology": with_fact("neurology_normal", False),
    "overt instability": with_fact("overt_instability", True),
    "not stable": with_fact("surgeon_stable", False),
    "infection": with_fact("infection", True),
    "coagulopathy": with_fact("coagulopathy_uncorrected", True),
    "allergy": with_fact("cement_allergy", True),
    "pregnancy": with_fact("pregnancy", True),
    "trauma": with_fact("trauma", True),
    "bone tumour": with_fact("primary_bone_tumour", True),
    "epidural": with_level(escc="3"),
    "epidural everywhere": with_fact("all_levels", {"escc": "2"}),
    "translation": with_level(alignment="translation"),
    "unstable level": with_level(surgeon_stable=False),
    "instrumented": with_level(instrumented=True),
    "retropulsion": with_level(retropulsion_mm=6),
    "canal": with_level(canal_narrowing_percent=40),
}
FINDINGS: dict[str, Callable[[Patient, random.Random], Patient]] = {
    "image loss": with_body(loss_percent=LossPercent(index=70.0)),
    "image edema": with_body(stir=StirFinding(edema_fraction=0.9)),
    "wedge": with_body(height_mm=Heights(anterior=15.0, middle=20.0, posterior=26.0)),
    "reference": with_body(quality=Quality(measured=True, reasons=("reference_suspect",))),
}
UNKNOWNS: dict[str, Callable[[Patient, random.Random], Patient]] = {
    "loss unknown": with_body(loss_percent=LossPercent()),
    "not measured": with_body(quality=Quality(measured=False, reasons=("no_heights",))),
}
"""Findings that hide what was known: they need not raise a study that had a worse one at that body."""


def rank(priority: Priority) -> int:
    return -CLASS_ORDER.index(priority.class_)


@pytest.mark.parametrize("name", [*DANGERS, *FINDINGS])
def test_a_further_danger_or_finding_never_lowers_class_or_score(name: str) -> None:
    add = (DANGERS | FINDINGS)[name]
    for seed in range(PATIENTS):
        rng = random.Random(seed)
        case = patient(rng)
        before, after = priority_of(case), priority_of(add(case, rng))
        assert rank(after) >= rank(before), (seed, before, after)
        assert after.score >= before.score, (seed, before, after)


@pytest.mark.parametrize("name", [*FINDINGS, *UNKNOWNS])
def test_no_study_with_a_finding_is_routine(name: str) -> None:
    add = (FINDINGS | UNKNOWNS)[name]
    for seed in range(PATIENTS):
        rng = random.Random(seed)
        bodies = [vertebra(place, level) for place, level in enumerate(NAMES)]
        case = add((patient(rng)[0], {}, bodies), rng)
        assert priority_of(case).class_ not in ("routine", "unscreened"), (seed, name)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss_percent": 20, "stir_edema": False},
        {"loss_percent": 3, "stir_edema": True},
        {"loss_percent": 10, "stir_edema": None},
        {"loss_percent": None, "stir_edema": False},
        {"loss_percent": None, "stir_edema": False, "collapse": "over_half"},
    ],
)
def test_no_record_with_a_finding_is_routine(changes: dict[str, Any]) -> None:
    for seed in range(PATIENTS):
        facts, _, _ = patient(random.Random(seed))
        assert priority_of((facts, {"L3": {**LEVEL, **changes}}, None)).class_ != "routine", (seed, changes)


def test_every_candidate_and_every_contraindicated_level_is_at_least_soon() -> None:
    for seed in range(4 * PATIENTS):
        rng = random.Random(seed)
        facts, levels, bodies = patient(rng)
        record = ClinicalInputs(**facts, levels={name: LevelInputs(**one) for name, one in levels.items()})
        image: SpineMeasurement | None = None if bodies is None else spine(*bodies)
        decision = decide(record, image)
        statuses = {one.status.value for one in decision.recommendations}
        if statuses & {"CANDIDATE", "CANDIDATE_MDT", "CONTRAINDICATED"}:
            assert rank(decision.priority) >= -CLASS_ORDER.index("soon"), (seed, decision.priority)
        if statuses & {"CANDIDATE", "CANDIDATE_MDT"}:
            assert decision.priority.score >= 70
