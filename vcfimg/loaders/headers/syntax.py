"""The encoding of one data set, and how far into it a scan reads."""

from typing import Final, NamedTuple

STOP_SINGLE: Final = 0x00280104
"""Single-frame files are read up to here: geometry, timing, matrix and bit depth all lie before."""

STOP_MULTI: Final = 0x7FE00008
"""Multi-frame files are read up to the pixel data: frame positions lie in (5200,9229) and (5200,9230)."""

IMPLICIT_LE: Final = "1.2.840.10008.1.2"
DEFLATED_LE: Final = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
NATIVE: Final = frozenset({IMPLICIT_LE, "1.2.840.10008.1.2.1", BIG_ENDIAN})


class Syntax(NamedTuple):
    """How the data set is encoded, and where it starts."""

    uid: str | None
    implicit: bool
    little: bool
    offset: int
    deflated: bool = False
