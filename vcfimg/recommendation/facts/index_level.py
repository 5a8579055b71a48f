"""Which fractured level is the index level: the one that explains the pain (clinical.md section 2)."""

from vcfimg.level_names import steps_between
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.level_facts import LevelFacts
from vcfimg.recommendation.facts.patient_facts import PatientFacts


def exam_distance(facts: LevelFacts, patient: PatientFacts, present: tuple[str, ...]) -> int | None:
    """Levels between this one and the nearest examined one along this patient's spine; None when either is unknown."""
    if facts.level is None or not patient.exam_levels:
        return None
    return min(steps_between(facts.level, exam, present) for exam in patient.exam_levels)


def mark_exam(levels: list[LevelFacts], patient: PatientFacts, present: tuple[str, ...], policy: Policy) -> None:
    """Set ``exam_distance`` and ``exam_match`` of every level; ``present`` are the transitional levels there are."""
    for facts in levels:
        if patient.not_tender:
            facts.exam_match = False
            continue
        distance = exam_distance(facts, patient, present)
        if distance is not None:
            facts.exam_distance, facts.exam_match = distance, distance <= policy.facts.exam_match_levels


def mark_index(levels: list[LevelFacts], patient: PatientFacts) -> None:
    """Set ``index`` and ``index_why`` of every level, the examination of all of them marked before.

    The reader's word decides. Without it the exam-matched level with most edema (ties: greatest loss) is the index, and
    other edematous levels are not. Without an examination every level is judged as index, and says so. A vertebra
    without a level may be the index level that is named elsewhere: it is judged as index, as well.
    """
    by_reader = any(facts.reader.index is True for facts in levels)
    chosen: LevelFacts | None = None
    if not by_reader and patient.exam_levels:
        matched = [facts for facts in levels if facts.exam_match and facts.reader.index is not False]
        if matched:
            chosen = max(matched, key=_edema_then_loss)
    for facts in levels:
        if facts.reader.index is not None:
            facts.index, facts.index_why = facts.reader.index, "reader"
        elif facts is chosen:
            facts.index, facts.index_why = True, "exam_matched_most_edema"
        elif (by_reader or chosen is not None) and facts.level is None:
            facts.index, facts.index_why = True, "unnamed_may_be_index"
        elif (by_reader or chosen is not None) and facts.edema_seen:
            facts.index, facts.index_why = False, "other_edematous_level"
        else:
            facts.index, facts.index_why = True, "judged_as_index"


def _edema_then_loss(facts: LevelFacts) -> tuple[int, float, float]:
    rank = {True: 2, None: 1, False: 0}[facts.edema_seen]
    loss = facts.loss if facts.loss is not None else float("-inf")
    return rank, facts.edema_fraction or 0.0, loss
