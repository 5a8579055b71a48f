"""The Jinja2 environment of all pages: everything that comes from data is escaped, and only our own code may run."""

import base64
import hashlib
import json
import re
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vcfimg.reports.wording.numbers import number, percent, plus_minus
from vcfimg.reports.wording.page_words import DISCLAIMER, reason_words, skip_words, without_code, without_sources

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that HTML forbids, and those that turn the direction of the text around them."""

_CODE: Final = {"study": ("theme.js", "viewer.js"), "worklist": ("theme.js", "worklist.js")}
"""The scripts of each page, run in this order."""


def clean(value: Any) -> Any:
    """Unknown as a dash; control characters of hostile text as a replacement character."""
    if isinstance(value, Markup):
        return value
    if value is None or value == "":
        return "–"
    return _CONTROL.sub("\ufffd", value) if isinstance(value, str) and _CONTROL.search(value) else value


def clean_deep(value: Any) -> Any:
    """Every text within lists and dictionaries as :func:`clean` has it; unknown stays None."""
    if isinstance(value, dict):
        return {name: clean_deep(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [clean_deep(part) for part in value]
    return _CONTROL.sub("\ufffd", value) if isinstance(value, str) else value


def embedded(value: Any) -> Markup:
    """JSON that stays data inside a ``script`` element, whatever text it holds."""
    text = json.dumps(clean_deep(value), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate({ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}))


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
        unsourced=without_sources,
        embedded=embedded,
    )
    css = _file("page.css")
    made.globals.update(
        disclaimer=DISCLAIMER,
        css=css,
        style_hash=_hash(css),
        code=code,
        code_hash=lambda page: _hash(code(page)),
    )
    return made


@cache
def code(page: str) -> str:
    """What a page runs."""
    return "\n".join(_file(name) for name in _CODE[page])


def _hash(text: str) -> str:
    """The source expression of an inline block for a Content-Security-Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _file(name: str) -> str:
    return resources.files("vcfimg.reports").joinpath("templates", name).read_text("utf-8")
