"""docs/errors.md lists every code that a user can meet."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.roles.role_rules import load_rules

ROOT = Path(__file__).parents[2]
CARRIERS = re.compile(r"^(\w*Error|refusing|Rejection|Failure)$")
BUILT_IN = {"ValueError", "TypeError", "RuntimeError", "AssertionError", "KeyError", "AttributeError", "ImportError"}


def documented() -> set[str]:
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    codes = {code for cell in cells for code in re.findall(r"`([a-z0-9_]+)`", cell)}
    return codes | set(re.findall(r"^`([a-z_]+)`:", text, re.MULTILINE))


def raised() -> Iterator[str]:
    for folder in ("vcfimg", "pipelines"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _code(node)


def noted() -> Iterator[str]:
    """Codes of notes; those of the recommendation stand with their sentences in docs/clinical.md."""
    for path in (ROOT / "vcfimg").rglob("*.py"):
        if "recommendation" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note":
                given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
                yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


def _code(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "code")]
    for argument in given if CARRIERS.match(name) and name not in BUILT_IN else []:
        if isinstance(argument, ast.Constant) and re.fullmatch(r"[a-z0-9_]+", str(argument.value)):
            yield str(argument.value)


def test_every_raised_code_is_documented() -> None:
    assert sorted(set(raised()) - documented()) == []


def test_every_code_of_a_note_is_documented() -> None:
    found = set(noted())
    assert "slip_above_sacrum" in found
    assert sorted(found - documented()) == []


def test_every_fault_of_a_policy_is_documented() -> None:
    source = (ROOT / "vcfimg" / "policy" / "load.py").read_text("utf-8")
    found = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    codes = {value for value in found if isinstance(value, str) and re.fullmatch(r"policy_[a-z_]+", value)}
    assert "policy_invalid" in codes
    assert codes - documented() == set()


def test_every_reason_for_a_skipped_file_is_documented() -> None:
    assert {reason.value for reason in SkipReason} <= documented()
    assert all(reason.text.endswith(".") for reason in SkipReason)


def test_every_excluded_role_is_documented() -> None:
    assert {rule.code for rule in load_rules().roles if rule.code} <= documented()
