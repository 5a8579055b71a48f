"""What is missing, in the order in which the gates would use it: what could change the answer comes first."""

from typing import Final

from vcfimg.recommendation.facts.fact import LevelFacts, PatientFacts
from vcfimg.recommendation.gates.gate_outcomes import LevelGates
from vcfimg.recommendation.gates.sins import SinsInterval
from vcfimg.recommendation.recommendation import Preference, Status

_DEPTH = {
    Status.EMERGENCY_REVIEW: 0,
    Status.SURGICAL_REVIEW: 1,
    Status.CONTRAINDICATED: 3,
    Status.OUT_OF_SCOPE: 4,
    Status.NOT_INDICATED: 4,
    Status.INDETERMINATE: 5,
    Status.CANDIDATE_MDT: 5,
    Status.CANDIDATE: 5,
}
"""How many groups of gates (neurology, epidural and SINS, contraindication, indication) could still change a status."""

NEWER_MRI: Final = "study_date"
"""Stands before what is read from the MRI where that is too old: only a newer one could settle it (SR7)."""


def missing_paths(
    status: Status,
    preference: Preference,
    facts: LevelFacts,
    patient: PatientFacts,
    gates: LevelGates,
    sins: SinsInterval,
) -> tuple[str, ...]:
    """Paths of the unknown inputs that could change status or preference, each once.

    A SINS that straddles the unstable range lists the shortest ways out: the surgeon's word, then the open items,
    widest first (alignment and posterolateral elements lead). The surgeon's word could also end a surgical review
    that is due to SINS or translation.
    """
    depth, path = _DEPTH[status], facts.path
    newer = [NEWER_MRI] if patient.mri_stale else []
    paths: list[str] = []
    if depth >= 1:
        if patient.cord is None:
            paths.append("clinical_cord_compression")
        if patient.deficit is None:
            paths.append("new_neurological_deficit")
    if status is Status.SURGICAL_REVIEW and not gates.epidural and not patient.overt and patient.stable is None:
        paths.append("surgeon_stable")
    if depth >= 3:
        if gates.epidural is None:
            paths += [*newer, f"{path}.escc"]
        if gates.sins is None or gates.translation_open:
            paths.append("surgeon_stable")
        if gates.translation_open:
            paths.append(f"{path}.alignment")
        if gates.sins is None:
            for _, ways in sins.open_items:
                paths.extend(ways)
    if depth >= 4:
        if patient.infection is None:
            paths.append("infection")
        if patient.coagulopathy is None:
            paths.append("coagulopathy_uncorrected")
    if depth >= 5:
        if patient.cancer is None:
            paths.append("cancer")
        if patient.vas is None:
            paths.append("pain_vas")
        if patient.positional is None:
            paths.append("pain_positional")
        if gates.exam is None:
            if patient.exam_levels is None:
                paths.append("exam_levels")
            if facts.level is None:
                paths.append(f"{path}.level")
        if facts.edema is None:
            paths += [*newer, f"{path}.stir_edema"]
    if preference is Preference.UNDETERMINED:
        paths.append(f"{path}.loss_percent" if facts.loss is None else f"{path}.level")
    return tuple(dict.fromkeys(paths))
