"""What a record implies and does not say: cancer from its primaries, no signs from ``neurology_normal`` (10.6)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.clinical.spelling.spellings import UNKNOWN, plain

CORD: Final = "clinical_cord_compression"
DEFICIT: Final = "new_neurological_deficit"

_NOTHING: Final = frozenset({*UNKNOWN, "no", "none", "nein", "kein", "keine", "unclear", "cup?"})
_NO_MALIGNANCY: Final = re.compile(
    r"\bbenign|\bgutartig|\bin[ -]situ\b|\bbasal cell\b|\bbasaliom|\bbasalzell"
    r"|\bno (?:known |evidence|malign|cancer|tumou?r|primary)|\bkein\w* (?:malign|krebs|tumor|bekannt)"
    r"|\bunknown\b|\bunbekannt|\bnot known\b"
)
_UNKNOWN_PRIMARY: Final = re.compile(r"\bunknown primary\b|\bunbekannte\w* prim\w+|\bcup\b|\bcup-syndrom")
_PLASMACYTOMA: Final = re.compile(r"\bplasma\s?cytoma\b")
_SOLITARY: Final = re.compile(r"\bsolit\w+\b.*\bplasm\w*[ck]?[yz]tom\w*")
_MULTIPLE: Final = re.compile(r"\bmultipl\w*|\bmyelom\w*|\bextramedullar\w*")


def names_malignancy(primary: str) -> bool:
    """Whether an entry of ``primaries`` names a malignancy: not none, unknown, "?", benign, in situ or basal cell.

    "Unknown primary" is a malignancy whose origin is not known.
    """
    text = " ".join(plain(primary).split())
    if text in _NOTHING or not any(char.isalpha() for char in text):
        return False
    return _UNKNOWN_PRIMARY.search(text) is not None or _NO_MALIGNANCY.search(text) is None


def is_solitary_plasmacytoma(primary: str) -> bool:
    """Whether it is one: "solitary ... plasmacytoma", and "plasmacytoma" in English; "Plasmozytom" alone is myeloma."""
    text = " ".join(plain(primary).replace("-", " ").split())
    if _SOLITARY.search(text):
        return True
    return _PLASMACYTOMA.search(text) is not None and _MULTIPLE.search(text) is None


@dataclass(frozen=True, slots=True)
class Implied:
    """The facts of a record with what follows from them.

    ``conflicts`` names what contradicts itself: the fact is then None.
    """

    cancer: bool | None
    cord: bool | None
    deficit: bool | None
    neurology_abnormal: bool
    """``neurology_normal`` is false: alert, class urgent (10.6)."""
    solitary_plasmacytoma: bool
    not_tender: bool | None
    """True: examined and no level was tender; None: not said, or said beside tender levels."""
    conflicts: tuple[str, ...]


def implied_facts(record: ClinicalInputs) -> Implied:
    """What follows from a record; an own field goes before a sentence about several facts."""
    conflicts: list[str] = []
    primaries = record.primaries or ()
    malignant = record.biopsy_result == "malignant" or any(names_malignancy(one) for one in primaries)
    cancer = record.cancer
    if cancer is None:
        cancer = True if malignant else None
    elif cancer is False and malignant:
        cancer = None
        conflicts.append("cancer")
    not_tender = True if record.exam_tenderness is False else None
    if not_tender and record.exam_levels:
        not_tender = None
        conflicts.append("exam_tenderness")
    return Implied(
        cancer=cancer,
        cord=_neurology(record, CORD),
        deficit=_neurology(record, DEFICIT),
        neurology_abnormal=record.neurology_normal is False,
        solitary_plasmacytoma=_all_solitary(primaries),
        not_tender=not_tender,
        conflicts=tuple(conflicts),
    )


def _neurology(record: ClinicalInputs, name: str) -> bool | None:
    """Its own field; without one, ``neurology_normal`` true means no."""
    own: bool | None = getattr(record, name)
    if own is not None or record.doubts(name):
        return own
    return False if record.neurology_normal is True else None


def _all_solitary(primaries: Iterable[str]) -> bool:
    """A solitary plasmacytoma is one only where no other malignancy of the marrow is named beside it."""
    found = [one for one in primaries if names_malignancy(one)]
    return any(map(is_solitary_plasmacytoma, found)) and not any(re.search(r"\bmyelom", plain(one)) for one in found)
