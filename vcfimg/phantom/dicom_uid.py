"""UIDs and times that are the same on every run."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class UidMaker:
    """Makes UIDs under ``2.25`` (PS3.5 B.2) from a seed and the name of what they are for.

    The 128-bit numbers are hashes, not random UUIDs, so that the same study is written byte by byte the same.
    """

    seed: str

    def uid(self, *names: object) -> str:
        """The UID for `names`."""
        text = "/".join([self.seed, *(str(name) for name in names)])
        return f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')}"
