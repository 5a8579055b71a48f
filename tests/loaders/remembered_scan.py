"""A scan that opens the table of headers itself."""

from pathlib import Path
from typing import Any

from vcfimg import loaders
from vcfimg.loaders import ScanResult
from vcfimg.loaders.headers.header_index import HeaderIndex


def scan(paths: Any, *, index: Path | None = None, **options: Any) -> ScanResult:
    """:func:`vcfimg.loaders.scan` with the headers that the file ``index`` remembers."""
    with HeaderIndex(index) as headers:
        return loaders.scan(paths, index=headers, **options)
