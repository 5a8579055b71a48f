"""Values of a pydicom data set as text or numbers, whatever value representation a writer chose."""

from typing import Any

from pydicom.tag import Tag

from vcfimg.loaders.headers.fields import integer


def value_of(dataset: Any, tag: int | str) -> Any:
    """The value of an element; its text where pydicom cannot convert it (a decimal comma). None when absent."""
    try:
        element = dataset.get(Tag(tag))
        return None if element is None else element.value
    except (ValueError, TypeError, OverflowError):
        value = dataset.get_item(Tag(tag)).value
        return value.decode("latin-1").strip(" \x00") if isinstance(value, bytes) else value


def parts_of(value: Any) -> list[str]:
    """The values of a multi-valued element as text: text VRs (UT, LT, ST, …) are split at the backslash as DS is."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, str):
        return value.strip(" \x00").split("\\")
    return [str(part) for part in value] if hasattr(value, "__iter__") else [str(value)]


def whole_number(dataset: Any, keyword: str) -> int | None:
    """A whole number, written as a number or as text; None when it is absent or neither."""
    value = value_of(dataset, keyword)
    if isinstance(value, str):
        number = integer(value)
        return number if number is not None and str(number) == value.strip().lstrip("+0") else None
    return int(value) if isinstance(value, int) else None
