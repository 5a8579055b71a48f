"""Work on a stored result, which somebody may have edited."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vcfimg.errors import ReportError, VcfimgError
from vcfimg.screening.failure import describe


@contextmanager
def as_stored(path: Path) -> Iterator[None]:
    """Refuse, by name, a result whose free-form parts (traces) do not have the form that the engine gives them.

    Raises
    ------
    ReportError
        ``result_invalid``, with the place in the program and none of the values.
    """
    try:
        yield
    except VcfimgError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        message = f"{path.name} follows the schema, but what it holds does not fit together ({describe(error)})"
        raise ReportError("result_invalid", message) from error
