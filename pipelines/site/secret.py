"""A password or token: read from the environment or from a file, never from the configuration itself."""

import os
from pathlib import Path
from typing import Final

from vcfimg.errors import SiteConfigError
from vcfimg.given_file import NotGiven, read_given

MAX_BYTES: Final = 64 * 1024
"""Largest file of a secret."""


def read_secret(key: str, *, variable: str | None, file: Path | None) -> str | None:
    """The secret that a variable or a file holds; None where neither is named.

    Parameters
    ----------
    key
        Where the configuration names it, for the error.

    Raises
    ------
    SiteConfigError
        ``secret_missing`` when both are named, when the variable is not set, or the file cannot be read or is empty.
    """
    if variable is not None and file is not None:
        raise SiteConfigError("secret_missing", f"{key}: name a variable or a file, not both")
    if variable is not None:
        value = os.environ.get(variable, "")
        if not value:
            raise SiteConfigError("secret_missing", f"{key}: the environment variable {variable} is not set")
        return value
    if file is None:
        return None
    try:
        value = read_given(file, MAX_BYTES).decode("utf-8").strip("\r\n")
    except (NotGiven, UnicodeDecodeError) as error:
        raise SiteConfigError("secret_missing", f"{key}: the file cannot be read as text") from error
    if not value:
        raise SiteConfigError("secret_missing", f"{key}: the file is empty")
    return value
