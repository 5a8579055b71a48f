"""What the tables say beside the studies, kept in the store for whoever writes them once the last study is done."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from vcfimg.base import Note
from vcfimg.policy.policy_info import PolicyInfo
from vcfimg.store import StudyRows

FACT: Final = "list"
"""Its name among the facts of the store; ``problems`` may quote a patient ID."""


@dataclass(frozen=True)
class ListFacts:
    """Of the run that asked for the work; see :func:`vcfimg.reports.write_tables`."""

    as_of: str | None = None
    policy: PolicyInfo | None = None
    skipped_files: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Note] = ()
    unread_facts: Sequence[Mapping[str, str | None]] = ()

    def keep(self, rows: StudyRows) -> None:
        """Write it into the store."""
        document = {
            "as_of": self.as_of,
            "policy": None if self.policy is None else self.policy.model_dump(mode="json"),
            "skipped_files": dict(self.skipped_files),
            "problems": [problem.model_dump(mode="json") for problem in self.problems],
            "unread_facts": [dict(one) for one in self.unread_facts],
        }
        rows.set_fact(FACT, json.dumps(document))

    @classmethod
    def kept(cls, rows: StudyRows) -> "ListFacts":
        """What the store has; nothing where it has none."""
        text = rows.fact(FACT)
        if text is None:
            return cls()
        document: dict[str, Any] = json.loads(text)
        policy = document["policy"]
        return cls(
            as_of=document["as_of"],
            policy=None if policy is None else PolicyInfo.model_validate(policy),
            skipped_files=document["skipped_files"],
            problems=[Note.model_validate(one) for one in document["problems"]],
            unread_facts=document["unread_facts"],
        )
