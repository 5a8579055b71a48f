"""What one mCODE RadiotherapyCourseSummary states: dose and fractions delivered to single vertebrae."""

import datetime
from collections.abc import Mapping
from typing import Any, Final

from vcfimg.clinical.fhir import fhir_codes as codes
from vcfimg.clinical.fhir.fhir_elements import Resource, code_label, codings, label, levels_named, objects, text
from vcfimg.clinical.fhir.fhir_statement import Stated, Statement

_GRAY: Final = {"Gy": 1.0, "cGy": 0.01, "mGy": 0.001}
"""UCUM units of dose to Gy."""


def statements(procedure: Resource, as_of: datetime.date | None) -> Stated:
    """Dose and fractions at the levels that ``bodySite`` names; any other Procedure is unread."""
    is_course = any(
        system == codes.SCT and code == codes.RADIOTHERAPY_COURSE for system, code, _ in codings(procedure.get("code"))
    )
    levels = levels_named(procedure.get("bodySite"))
    state = text(procedure.get("status"))
    if not is_course or not levels or state not in {"completed", "in-progress", "stopped"}:
        why = "names no vertebral level" if is_course else f"code {code_label(procedure)} is not one that is used"
        return Stated((), (("Procedure", why),))
    found: list[Statement] = []
    doses = [one for one in objects(procedure.get("extension")) if one.get("url") == codes.DOSE_TO_VOLUME]
    if len(doses) != 1:
        return Stated((), (("Procedure", "radiotherapy without one dose for its levels"),))
    dose, fractions = _delivered(doses[0])
    for level in levels:
        if dose is not None:
            found.append(Statement(("levels", level, "prior_rt_gy"), dose, None, label(procedure)))
        if fractions is not None:
            found.append(Statement(("levels", level, "prior_rt_fractions"), fractions, None, label(procedure)))
    return Stated(tuple(found), () if found else (("Procedure", "radiotherapy without a dose that is understood"),))


def _delivered(extension: Resource) -> tuple[float | None, int | None]:
    dose: float | None = None
    fractions: int | None = None
    for part in objects(extension.get("extension")):
        quantity: Any = part.get("valueQuantity")
        if part.get("url") == "totalDoseDelivered" and isinstance(quantity, Mapping):
            value, factor = quantity.get("value"), _GRAY.get(quantity.get("code") or quantity.get("unit") or "")
            if factor is not None and isinstance(value, int | float) and not isinstance(value, bool):
                dose = round(value * factor, 3)
        number = part.get("valueUnsignedInt", part.get("valuePositiveInt"))
        if part.get("url") == "fractionsDelivered" and isinstance(number, int) and not isinstance(number, bool):
            fractions = number
    return dose, fractions
