"""Header text by its SpecificCharacterSet (0008,0005): the terms that DICOM defines and no other codec."""

import re
from typing import Final

UTF_8: Final = "ISO_IR 192"

_MISSPELT: Final = {"UTF8": UTF_8}
"""Seen in files; without it their text would be unreadable."""


def decode_text(data: bytes, charset: str) -> str:
    """``data`` as Unicode, with replacement characters where it does not fit; never raises."""
    from pydicom.charset import decode_bytes

    try:
        return str(decode_bytes(data, python_encodings(charset), set()))
    except (ValueError, LookupError):
        return data.decode("latin-1")


def python_encodings(charset: str) -> list[str]:
    """The codecs of the defined terms in a backslash-separated text, common spellings put right.

    Any other Python codec (``punycode``, ``hex``, ``zlib`` …) that a file may name fails or expands on hostile bytes,
    so that unknown terms are left out; Latin-1 remains when none is known.
    """
    from pydicom.charset import convert_encodings, python_encoding

    known = {_letters(term): term for term in python_encoding} | _MISSPELT
    # An empty first value stands for the default repertoire before code extensions.
    terms = [known[letters] for part in charset.split("\\") if (letters := _letters(part)) in known]
    return list(convert_encodings(terms)) if any(terms) else ["latin-1"]


def _letters(term: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", term.upper())
