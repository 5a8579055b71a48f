"""One normal form of identifiers, used on both sides wherever they are compared."""

import unicodedata
from typing import Final

_UID_PREFIX: Final = "urn:oid:"


def normal_form(identifier: str | None) -> str:
    """The identifier without case, blanks and differences of Unicode form; empty when there is none."""
    if not identifier:
        return ""
    text = identifier if identifier.isascii() else unicodedata.normalize("NFKC", identifier)
    text = "".join(text.casefold().split())
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def without_lost_zeros(identifier: str) -> str:
    """What a spreadsheet leaves of an identifier (its normal form given): no leading zeros, no ``.0`` added."""
    return identifier.removesuffix(".0").lstrip("0")


def normal_uid(uid: str | None) -> str:
    """A UID in its normal form, with or without ``urn:oid:``."""
    return normal_form(uid).removeprefix(_UID_PREFIX)
