"""What was sent where: one line per object, so that nothing is sent twice and ``vcfimg forget`` can tell."""

import json
from pathlib import Path
from typing import Final

from vcfimg.screening.run_state import now

SENT: Final = "sent.jsonl"
"""One JSON object per line with ``study_instance_uid``, below the private folder."""


class SentRecord:
    """The record below the private folder of an output folder.

    A line that cannot be read is passed over: its object is offered once more, and the place says that it is there.
    """

    def __init__(self, private: Path) -> None:
        self._path = private / SENT
        self._known = set(self._read())

    def holds(self, destination: str, sop_instance_uid: str) -> bool:
        """Whether the object was sent there."""
        return (destination, sop_instance_uid) in self._known

    def add(self, destination: str, study_instance_uid: str, sop_instance_uids: tuple[str, ...]) -> None:
        """Write down that the place holds these objects of a study."""
        lines = []
        for uid in sop_instance_uids:
            if self.holds(destination, uid):
                continue
            self._known.add((destination, uid))
            line = {
                "study_instance_uid": study_instance_uid,
                "sop_instance_uid": uid,
                "destination": destination,
                "at": now(),
            }
            lines.append(json.dumps(line) + "\n")
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write("".join(lines))

    def _read(self) -> list[tuple[str, str]]:
        try:
            text = self._path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return []
        found = []
        for line in text.splitlines():
            try:
                entry = json.loads(line)
                found.append((str(entry["destination"]), str(entry["sop_instance_uid"])))
            except (ValueError, KeyError, TypeError):
                continue
        return found
