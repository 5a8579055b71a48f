"""Turning an exception into a :class:`vcfimg.image_findings.Failure` that is safe to write down."""

from vcfimg.errors import VcfimgError
from vcfimg.image_findings import Failure


def failure_from(error: BaseException, stage: str) -> Failure:
    """What failed, where and why.

    Only the named errors of :mod:`vcfimg.errors` keep their message: any other exception may quote header text, so
    that only its type and the line that raised it are told.
    """
    if isinstance(error, VcfimgError):
        return Failure(stage=stage, code=error.code, message=error.message)
    if isinstance(error, MemoryError):
        return Failure(stage=stage, code="out_of_memory", message="not enough memory for this study")
    return Failure(stage=stage, code="unexpected_error", message=f"unexpected {describe(error)}")


def describe(error: BaseException) -> str:
    """Type and place of an error, without its message, which may quote patient data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} in {trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"
