"""The store that a command is given: by its URL, or by the output folder it belongs to."""

from pathlib import Path

from pipelines.batch.job import PRIVATE
from pipelines.batch.output_store import FILE
from vcfimg.errors import StoreError
from vcfimg.store import sqlite_url


def known_store(store: str | None, out: Path | None) -> str:
    """The URL of a store that is there.

    Raises
    ------
    StoreError
        ``store_not_named`` when neither or both were given; ``no_output_folder`` when no run has written to ``out``.
    """
    if (store is None) == (out is None):
        raise StoreError("store_not_named", "give either --store URL or --out DIR")
    if out is None:
        assert store is not None
        return store
    path = out / PRIVATE / FILE
    if not path.is_file():
        raise StoreError("no_output_folder", f"{out.name or out}: no run of vcfimg has written here")
    return sqlite_url(path)
