"""What a person asks of a policy: show it, check a file, list what differs between two."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcfimg.errors import PolicyError
from vcfimg.policy.load import load_policy
from vcfimg.policy.policy import Policy


@dataclass(frozen=True)
class PolicyEntry:
    """One value with its basis."""

    key: str
    value: Any
    unit: str
    kind: str
    source: str


@dataclass(frozen=True)
class PolicyChange:
    """One value that differs between two policies; None where a policy has no such key."""

    key: str
    before: Any
    after: Any
    kind_before: str | None
    kind_after: str | None


def show(policy: Policy) -> tuple[PolicyEntry, ...]:
    """Every value of ``policy`` with unit, kind and source, in the order of the file."""
    return tuple(
        PolicyEntry(key, value, policy.basis[key].unit, policy.basis[key].kind, policy.basis[key].source)
        for key, value in policy.values().items()
    )


def check(path: str | Path) -> tuple[PolicyError, ...]:
    """What is wrong with the policy file at ``path``; empty when :func:`load_policy` takes it."""
    try:
        load_policy(path)
    except PolicyError as error:
        return (error,)
    return ()


def diff(before: Policy, after: Policy) -> tuple[PolicyChange, ...]:
    """The values and kinds that differ between two policies."""
    old, new = before.values(), after.values()
    changes = []
    for key in [*old, *(key for key in new if key not in old)]:
        kinds = [policy.basis[key].kind if key in policy.basis else None for policy in (before, after)]
        if old.get(key) != new.get(key) or kinds[0] != kinds[1]:
            changes.append(PolicyChange(key, old.get(key), new.get(key), kinds[0], kinds[1]))
    return tuple(changes)


def to_text(policy: Policy) -> str:
    """``policy`` as lines for a terminal: key, value, unit, kind, source."""
    lines = [f"{policy.name} {policy.version}  sha256 {policy.sha256}", policy.title]
    for entry in show(policy):
        lines.append(f"{entry.key} = {entry.value}  [{entry.unit}]  {entry.kind}: {entry.source}")
    return "\n".join(line for line in lines if line)
