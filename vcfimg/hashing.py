"""One spelling for a JSON value, so that equal facts have equal hashes."""

import hashlib
import json
from typing import Any


def canonical_sha256(value: Any) -> str:
    """SHA-256 of the value's JSON with sorted keys and no spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
