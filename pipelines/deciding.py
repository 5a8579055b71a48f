"""The engine from the command line: on clinical records alone, or on a stored result."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vcfimg.clinical import ClinicalInputs, RecordError, read_clinical
from vcfimg.policy import Policy
from vcfimg.recommendation import explain, recommend
from vcfimg.recommendation.recommendation import Plan, Priority, Recommendation


@dataclass
class Answer:
    """Decisions of one call: as JSON for programs, as text for people."""

    patients: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    errors: tuple[RecordError, ...] = ()
    result: dict[str, Any] | None = None
    """The whole result, where a stored one was decided anew."""

    def add(
        self, patient_id: str | None, recommendations: tuple[Recommendation, ...], plan: Plan, priority: Priority
    ) -> None:
        """Add one patient."""
        self.patients.append(
            {
                "patient_id": patient_id,
                "recommendations": [one.model_dump(mode="json", by_alias=True) for one in recommendations],
                "plan": plan.model_dump(mode="json", by_alias=True),
                "priority": priority.model_dump(mode="json", by_alias=True),
            }
        )

    def to_json(self) -> str:
        """``{"patients": [...], "errors": [...]}``, and ``result`` where there is one."""
        document: dict[str, Any] = {"patients": self.patients, "errors": [error.to_dict() for error in self.errors]}
        if self.result is not None:
            document["result"] = self.result
        return json.dumps(document, indent=1, ensure_ascii=False)

    def to_text(self) -> str:
        """Every decision explained, then the refused records."""
        refused = [
            f"refused: {one.file}, {one.patient or 'no identifier'}, {one.field}: {one.message}" for one in self.errors
        ]
        return "\n\n".join([*(text.rstrip() for text in self.texts), *refused])


def decide_records(file: Path, policy: Policy, as_of: datetime.date) -> Answer:
    """Decide every record of a clinical file on the levels given there."""
    read = read_clinical(file)
    answer = Answer(errors=read.errors)
    for record in read.records:
        decision = recommend(None, record, policy, as_of)
        answer.add(record.patient_id, decision.recommendations, decision.plan, decision.priority)
        answer.texts.append(f"Patient {record.patient_id or 'without identifier'}\n\n{explain(decision)}")
    return answer


def decide_result(
    path: Path, clinical: Path | None, levels: Path | None, policy: Policy, as_of: datetime.date
) -> Answer:
    """Decide a stored result anew; facts and corrections that are not given stay those it was decided with."""
    from vcfimg.redecide import kept_clinical, kept_levels, redecide
    from vcfimg.reports import read_result

    stored = read_result(path)
    answer = Answer()
    facts: ClinicalInputs | None = kept_clinical(stored)
    if clinical is not None:
        from pipelines.batch.facts import assign

        assigned = assign(clinical, None, [stored.study])
        facts, answer.errors = assigned.clinical.get(stored.study.study_instance_uid), assigned.errors
    corrections: Mapping[int, str] | None = kept_levels(stored)
    if levels is not None:
        from pipelines.corrections import read_corrections

        corrections = read_corrections(levels).get(stored.study.study_instance_uid)
    result = redecide(stored, clinical=facts, levels=corrections, policy=policy, as_of=as_of)
    answer.add(result.study.patient_id, result.recommendations, result.plan, result.priority)
    answer.texts.append(explain(result, policy=policy))
    answer.result = json.loads(result.to_json())
    return answer
