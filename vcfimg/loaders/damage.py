"""Turns whatever a damaged file provokes in a parser or decoder into one named refusal."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from vcfimg.errors import LoadError, VcfimgError


@contextmanager
def refusing(code: str, what: str) -> Iterator[None]:
    """Raise `LoadError` with `code` for any error inside the block that the file is to blame for.

    The text of a foreign error may quote header values, patient names among them, so only its type is passed on. What
    the file is not to blame for (memory, a time limit) passes through, even where a library has wrapped it.
    """
    try:
        yield
    except LoadError:
        raise
    except Exception as error:
        if (outer := _not_of_the_file(error)) is not None:
            raise outer from None
        raise LoadError(code, f"{what} ({type(error).__name__})") from error


def _not_of_the_file(error: BaseException) -> BaseException | None:
    """The first error in the chain of causes that no file content provokes."""
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        link = pending.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        named = isinstance(link, VcfimgError) and not isinstance(link, LoadError)
        if named or isinstance(link, MemoryError) or not isinstance(link, (Exception, GeneratorExit)):
            return link
        pending += (link.__context__, link.__cause__)
    return None


@contextmanager
def quiet() -> Iterator[None]:
    """Silence pydicom's warnings and log lines inside the block: they quote header values."""
    logger = logging.getLogger("pydicom")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def instance_name(sop_instance_uid: object) -> str:
    """Name an instance in a message by its SOP Instance UID (0008,0018), or say that none can be printed."""
    text = str(sop_instance_uid)
    return f"instance {text}" if re.fullmatch(r"[0-9.]{1,64}", text) else "an instance without a valid SOP Instance UID"
