"""Reading a policy: the one that is shipped, or a site's file that names its base and overrides values."""

import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from vcfimg.errors import PolicyError
from vcfimg.given_file import NotGiven, read_given
from vcfimg.policy.policy import SECTIONS, Basis, Policy

DEFAULT_POLICY = "jnccn2012-1.0"
"""The policy used when none is named."""

_HEADER_KEYS = {"name", "version", "title", "base"}
_ENTRY_KEYS = {"value", "unit", "kind", "source"}
_MAX_BYTES = 1_000_000
"""A policy file is a few tens of kilobytes; more is not one."""

MOVED: Final[dict[str, str]] = {
    "measurement.endplate_offset_mm": "images.endplate_offset_mm",
    "measurement.oblique_warn_deg": "images.oblique_warn_deg",
    "measurement.oblique_refuse_deg": "images.oblique_refuse_deg",
}
"""Keys that stood elsewhere in an earlier version, and where they belong now: both are read."""


def policy_names() -> tuple[str, ...]:
    """Names of the shipped policies, as ``base`` and :func:`load_policy` take them."""
    folder = resources.files("vcfimg.policy") / "policies"
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_policy(path: str | Path | None = None) -> Policy:
    """Read and validate a policy.

    Parameters
    ----------
    path
        None for the default; the name of a shipped policy (``"jnccn2012-1.0"``); or a file: a complete policy, or a
        site's own with ``base`` and the values it changes.

    Raises
    ------
    PolicyError
        ``policy_missing`` (no such file or name), ``policy_malformed`` (not TOML, or an entry without its parts),
        ``policy_unknown_key``, ``policy_invalid`` (an impossible value). The message names file and key.
    """
    if path is None or str(path) in policy_names():
        return _shipped(str(path or DEFAULT_POLICY))
    file = Path(path)
    return _build(_document(_content(file), str(file)), str(file))


def moved_keys(path: str | Path) -> tuple[tuple[str, str], ...]:
    """The keys of a policy file that stand where an earlier version had them, each with its place of today.

    ``path`` is a file that :func:`load_policy` takes; a shipped name has none.
    """
    if str(path) in policy_names():
        return ()
    document = _document(_content(Path(path)), str(path))
    return tuple((old, new) for old, new in MOVED.items() if _holds(document, old))


def _content(file: Path) -> bytes:
    try:
        return read_given(file, _MAX_BYTES)
    except NotGiven as error:
        if error.too_large:
            raise PolicyError("policy_malformed", f"{file}: {error.reason}, not a policy file") from error
        known = ", ".join(policy_names())
        raise PolicyError(
            "policy_missing", f"{file}: cannot be read ({error.reason}); shipped policies: {known}"
        ) from error


@lru_cache(maxsize=8)
def _shipped(name: str) -> Policy:
    content = (resources.files("vcfimg.policy") / "policies" / f"{name}.toml").read_bytes()
    return _build(_document(content, f"{name}.toml"), f"{name}.toml")


def _document(content: bytes, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PolicyError("policy_malformed", f"{file}: not a TOML file: {error}") from error


def _holds(document: dict[str, Any], where: str) -> bool:
    section, key = where.split(".")
    table = document.get(section)
    return isinstance(table, dict) and key in table


def _build(document: dict[str, Any], file: str) -> Policy:
    for key in document:
        if key not in _HEADER_KEYS and key not in SECTIONS:
            raise PolicyError("policy_unknown_key", f"{file}: {key}: unknown; sections are {', '.join(SECTIONS)}")
    header = {key: document[key] for key in _HEADER_KEYS if key in document}
    for key in ("name", "version"):
        if not isinstance(header.get(key), str) or not header[key]:
            raise PolicyError("policy_malformed", f"{file}: {key}: missing; every policy file names itself")
    base = _base_of(header, file)
    if base is None:
        values: dict[str, dict[str, Any]] = {section: {} for section in SECTIONS}
        basis: dict[str, Basis] = {}
    else:
        values = {section: dict(getattr(base, section).model_dump()) for section in SECTIONS}
        basis = dict(base.basis)
    site = str(header["name"])
    for section in SECTIONS:
        table = document.get(section, {})
        if not isinstance(table, dict):
            raise PolicyError("policy_malformed", f"{file}: {section}: must be a table")
        for written, entry in table.items():
            where = MOVED.get(f"{section}.{written}", f"{section}.{written}")
            if where != f"{section}.{written}" and _holds(document, where):
                raise PolicyError(
                    "policy_malformed", f"{file}: {section}.{written}: is now {where}, and both are given"
                )
            place, key = where.split(".", 1)
            if base is not None and where not in basis:
                raise PolicyError("policy_unknown_key", f"{file}: {where}: not a value of {header['base']}")
            values[place][key], basis[where] = _entry(entry, where, file, basis.get(where), site)
    try:
        return Policy(**header, **values, basis=basis)  # type: ignore[arg-type]
    except ValidationError as error:
        raise _named(error, file) from error


def _base_of(header: dict[str, Any], file: str) -> Policy | None:
    name = header.get("base")
    if name is None:
        return None
    if name not in policy_names():
        known = ", ".join(policy_names())
        raise PolicyError("policy_missing", f"{file}: base: no shipped policy {name!r}; there are: {known}")
    return _shipped(str(name))


def _entry(entry: Any, where: str, file: str, replaced: Basis | None, site: str) -> tuple[Any, Basis]:
    """Value and basis of one entry; a site may leave out what it does not change, and its value is then a design."""
    if replaced is not None and not (isinstance(entry, dict) and "value" in entry):
        entry = {"value": entry}
    if not isinstance(entry, dict) or "value" not in entry:
        raise PolicyError("policy_malformed", f"{file}: {where}: must be a table with value, unit, kind and source")
    extra = set(entry) - _ENTRY_KEYS
    if extra:
        raise PolicyError("policy_unknown_key", f"{file}: {where}: unknown parts {', '.join(sorted(map(str, extra)))}")
    parts = {key: entry[key] for key in ("unit", "kind", "source") if key in entry}
    if replaced is not None:
        parts.setdefault("unit", replaced.unit)
        parts.setdefault("kind", "design")
        parts.setdefault("source", f"set by {site}")
    try:
        return entry["value"], Basis(**parts)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        part = ".".join(map(str, detail["loc"]))
        raise PolicyError("policy_malformed", f"{file}: {where}: {part}: {detail['msg']}") from error


def _named(error: ValidationError, file: str) -> PolicyError:
    """The first complaint of pydantic as a PolicyError that names file and key."""
    detail = error.errors(include_url=False)[0]
    where = ".".join(map(str, detail["loc"])) or "policy"
    code = "policy_unknown_key" if detail["type"] == "extra_forbidden" else "policy_invalid"
    given = detail.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return PolicyError(code, f"{file}: {where}: {detail['msg']}{shown}")
