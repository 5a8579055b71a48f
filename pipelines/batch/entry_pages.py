"""Entries of a store read ahead, as long as they are asked for in the order of their folders."""

from typing import Final

from vcfimg.store import Entry, StudyRows

_LONGEST: Final = 256


class EntryPages:
    """Gives one entry after the other; a page grows while what it holds is asked for, so any order costs little."""

    def __init__(self, rows: StudyRows) -> None:
        self._rows = rows
        self._page: dict[str, tuple[Entry, str | None]] = {}
        self._used = 0

    def entry(self, folder: str) -> tuple[Entry, str | None] | None:
        """As :meth:`vcfimg.store.StudyRows.entry`, as it was when its page was read."""
        found = self._page.pop(folder, None)
        if found is None:
            self._page = self._rows.entries_from(folder, min(_LONGEST, 2 * self._used + 1))
            self._used = 0
            found = self._page.pop(folder, None)
        if found is not None:
            self._used += 1
        return found

    def drop(self, folder: str) -> None:
        """What was read ahead of this study is no longer so."""
        self._page.pop(folder, None)
