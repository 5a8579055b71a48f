"""Where a fact comes from, and how it stands in a trace."""

from typing import Any

READER, FILE, IMAGE, UNKNOWN, STALE, POLICY = "reader", "file", "image", "unknown", "stale", "policy"
"""Origins of a value in the trace: a reader's level fact, a patient fact, the images, nobody, too old, the policy."""


def traced(value: Any, origin: str) -> dict[str, Any]:
    """One input of a trace step."""
    return {"value": value, "from": UNKNOWN if value is None and origin not in (STALE, POLICY) else origin}
