"""A simulated reading list of metastatic patients: with unknown never routine, the list still ranks."""

import random
from functools import cache
from typing import Any

from tests.recommendation.level_cases import CANDIDATE_NAMES, decide, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.imaging.measurement import Quality, SpineMeasurement, StirFinding, VertebraMeasurement
from vcfimg.level_names import STANDARD_LEVELS
from vcfimg.phantom.spec import SpineSpec, random_spec
from vcfimg.recommendation.advice.priority import CLASS_ORDER
from vcfimg.recommendation.recommendation import Decision

STUDIES = 200
FRACTURED = 0.5
"""About half of metastatic studies hold a finding (clinical.md section 10.1)."""
VIEWED = ("T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5")


def measured(spec: SpineSpec, rng: random.Random) -> SpineMeasurement:
    """What is measured on a phantom's bodies in view, with the errors and gaps of a real reading."""
    return spine(*(_body(place, level, spec, rng) for place, level in enumerate(VIEWED)), confirmed=False)


def _body(place: int, level: str, spec: SpineSpec, rng: random.Random) -> VertebraMeasurement:
    fracture, edema = spec.fractures.get(level), spec.edema.get(level)
    loss = (fracture.loss_percent if fracture else 0.0) + rng.gauss(0, 2)
    fraction = min(edema.extent if edema else 0.0, 1.0)
    body = vertebra(place, level, loss=loss, fraction=None if spec.diffuse_marrow else fraction)
    if rng.random() < 0.002:
        body = body.model_copy(update={"quality": Quality(measured=False, reasons=("no_heights",))})
    return body if rng.random() < 0.998 else body.model_copy(update={"stir": StirFinding()})


def letter(spec: SpineSpec, rng: random.Random) -> ClinicalInputs:
    """What a referral says: rarely everything."""
    sore = [level for level in VIEWED if level in spec.fractures] or [rng.choice(VIEWED)]
    facts: dict[str, Any] = {
        "age": rng.randint(45, 85),
        "cancer": True,
        "primaries": (rng.choice(("breast", "lung", "prostate", "myeloma")),),
        "pain_vas": rng.choice((2, 5, 7, 8)),
        "pain_positional": rng.choice((True, True, True, False, None)),
        "exam_levels": (rng.choice(sore),) if rng.random() < 0.7 and spec.fractures else None,
        "neurology_normal": True if rng.random() < 0.8 else None,
        "infection": rng.choice((False, False, False, False, None)),
        "coagulopathy_uncorrected": rng.choice((False, False, False, False, None)),
    }
    shared = {"escc": "0", "alignment": "normal", "posterolateral": "none"} if rng.random() < 0.7 else {}
    levels = {sore[0]: LevelInputs(stir_edema=True, bone_quality="lytic")} if spec.edema and rng.random() < 0.7 else {}
    return ClinicalInputs(**facts, all_levels=shared or None, levels=levels)


@cache
def reading_list() -> tuple[Decision, ...]:
    made = []
    for seed in range(STUDIES):
        rng, spec = random.Random(seed), random_spec(seed, pathology=FRACTURED)
        made.append(decide(letter(spec, rng), measured(spec, rng)))
    return tuple(made)


def test_the_levels_in_view_are_those_of_the_spine() -> None:
    assert set(VIEWED) <= set(STANDARD_LEVELS)


def test_at_most_half_of_a_metastatic_list_is_soon_or_above() -> None:
    pressing = [one for one in reading_list() if CLASS_ORDER.index(one.priority.class_) <= CLASS_ORDER.index("soon")]
    assert 0.2 * STUDIES < len(pressing) <= STUDIES / 2


def test_within_soon_every_candidate_stands_before_everything_found_with_nothing_pending() -> None:
    soon = [one for one in reading_list() if one.priority.class_ == "soon"]
    candidates = [one for one in soon if _statuses(one) & set(CANDIDATE_NAMES)]
    settled = [one for one in soon if one.priority.fhir == "routine"]
    assert len(candidates) >= 5
    assert len(settled) >= 5
    assert min(one.priority.score for one in candidates) > max(one.priority.score for one in settled)


def test_every_study_without_a_finding_is_routine() -> None:
    """Two of the healthy ones, and all of them."""
    healthy = [
        decide(letter(spec, random.Random(seed)), spine(*(vertebra(i, level) for i, level in enumerate(VIEWED))))
        for seed in range(STUDIES)
        if not (spec := random_spec(seed, pathology=0.0)).fractures
    ]
    assert len(healthy) >= 2
    assert {one.priority.class_ for one in healthy} == {"routine"}


def _statuses(decision: Decision) -> set[str]:
    return {one.status.value for one in decision.recommendations}
