"""The canonical form of clinical facts: what ``result.json`` stores, re-decides from and hashes."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.errors import ClinicalInputError


def to_dict(inputs: ClinicalInputs) -> dict[str, Any]:
    """The facts as JSON values; unknown is null. A refused record says so with ``"refused": true``."""
    facts = inputs.model_dump(mode="json")
    if inputs.refused:
        facts["refused"] = True
    return facts


def from_dict(facts: Mapping[str, Any], *, file: str = "result.json") -> ClinicalInputs:
    """The inverse of :func:`to_dict`: ``from_dict(to_dict(x)) == x``.

    Raises
    ------
    ClinicalInputError
        ``invalid_stored_facts`` when ``facts`` did not come from :func:`to_dict`; ``field`` names the first bad field.
    """
    refused = facts.get("refused", False)
    try:
        return ClinicalInputs.model_validate({**facts, "refused": refused is not False})
    except ValidationError as error:
        name = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        message = f"{file}: the stored clinical facts are invalid at {name}"
        raise ClinicalInputError("invalid_stored_facts", message, file=file, field=name) from None


def clinical_sha256(inputs: ClinicalInputs | None) -> str | None:
    """SHA-256 of the facts that were used, independent of the file they came from; None without facts.

    Keys are sorted and ``8`` and ``8.0`` are one number, so equal facts have equal hashes.
    """
    if inputs is None:
        return None
    text = json.dumps(to_dict(inputs), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
