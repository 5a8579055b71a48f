"""Patient name and birth date, distinguished without being kept."""

import hashlib
import re
import secrets
from typing import Final, NamedTuple

from vcfimg.loaders.headers.fields import SLOT, RawHeader, decoder

_NAME: Final = SLOT["patient_name"]
_BIRTH: Final = SLOT["birth_date"]
_STUDY: Final = SLOT["study_uid"]


class Seal(NamedTuple):
    """A random key that lives as long as one scan, and the name by which its work is known later.

    A plain digest of a birth date is found again by trying every day. Since the key is kept nowhere, what an index file
    holds says nothing; it can only be compared with what the same seal closed, within one study.
    """

    name: str
    key: bytes

    @classmethod
    def fresh(cls) -> "Seal":
        """A seal of its own."""
        return cls(secrets.token_hex(8), secrets.token_bytes(32))

    def close(self, raw: RawHeader) -> RawHeader:
        """The header with patient name and birth date replaced by digests, equal where they mean the same."""
        text = decoder(raw)
        values = list(raw)
        if (name := text(raw[_NAME])) is not None:
            values[_NAME] = self._digest(raw, " ".join(name.upper().replace("^", " ").split()))
        if (date := text(raw[_BIRTH])) is not None:
            # 1943.07.17, the retired form, is 19430717.
            values[_BIRTH] = self._digest(raw, re.sub(r"\D", "", date) or date)
        return tuple(values)

    def _digest(self, raw: RawHeader, text: str) -> str:
        message = f"{raw[_STUDY]}\n{text}".encode("utf-8", "surrogatepass")
        return f"{self.name}-{hashlib.blake2b(message, digest_size=8, key=self.key).hexdigest()}"


def seal_name(raw: RawHeader) -> str | None:
    """By which seal a header was closed; None when it holds neither name nor birth date."""
    closed = raw[_NAME] or raw[_BIRTH]
    return closed.partition("-")[0] if closed else None
