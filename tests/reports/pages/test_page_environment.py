import json

from vcfimg.reports.pages.page_environment import clean_deep, embedded


def test_embedded_text_cannot_end_its_element() -> None:
    value = {"a": "</script><script>alert(1)</script><!--", "b": [None, 1.5, "\u2028&"]}
    text = embedded(value)
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == value


def test_control_characters_are_replaced_wherever_they_stand() -> None:
    assert clean_deep({"a": ["\x00x", ("\u202ey", None)]}) == {"a": ["\ufffdx", ["\ufffdy", None]]}
