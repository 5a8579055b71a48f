"""How many threads one study may use."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def threads() -> int:
    """``VCFIMG_THREADS`` where it is set (several studies at once share the cores), else up to four cores."""
    return int(os.environ.get("VCFIMG_THREADS", "0")) or min(os.cpu_count() or 1, 4)


def in_threads(run: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """``run`` of every item, in order; worth it where numpy and scipy do the work and release the interpreter."""
    if threads() == 1:
        return [run(item) for item in items]
    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(run, items))
