"""The Jinja2 environment of all pages: everything that comes from data is escaped."""

import re
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vcfimg.reports.wording.numbers import number, percent, plus_minus
from vcfimg.reports.wording.page_words import DISCLAIMER, reason_words, skip_words, without_code

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that HTML forbids, and those that turn the direction of the text around them."""


def clean(value: Any) -> Any:
    """Unknown as a dash; control characters of hostile text as a replacement character."""
    if isinstance(value, Markup):
        return value
    if value is None or value == "":
        return "–"
    return _CONTROL.sub("\ufffd", value) if isinstance(value, str) and _CONTROL.search(value) else value


@cache
def environment() -> Environment:
    """Autoescaping environment with the filters that the templates use."""
    made = Environment(
        loader=PackageLoader("vcfimg.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        number=number,
        plus_minus=plus_minus,
        percent=percent,
        reason=reason_words,
        sentence=without_code,
        skip=skip_words,
    )
    made.globals.update(disclaimer=DISCLAIMER, css=_css())
    return made


def _css() -> str:
    return resources.files("vcfimg.reports").joinpath("templates", "page.css").read_text("utf-8")
