"""The [images] section holds what is used on the images, and nothing else of the policy is used there."""

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.policy import DEFAULT_POLICY, ImagesPolicy, load_policy, moved_keys
from vcfimg.policy.load import MOVED
from vcfimg.policy.policy import SECTIONS


class Untouchable:
    """A section that nobody may ask for a value."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is used on images, but stands in another section")


def test_images_are_measured_with_this_section_only(phantom: Phantom, monkeypatch: pytest.MonkeyPatch):
    others = {section: Untouchable() for section in SECTIONS if section != "images"}
    watched = load_policy().model_copy(update=others)
    from vcfimg.screening import screen as screening

    measured: list[Any] = []

    def stop(findings: Any, **options: Any) -> Any:
        measured.append(findings)
        raise InterruptedError

    monkeypatch.setattr(screening, "decide_or_fail", stop)
    with pytest.raises(InterruptedError):
        screening.examine(phantom.folder, policy=watched, as_of=datetime.date(2026, 1, 10))
    (findings,) = measured
    assert findings.failure is None
    assert findings.raw is not None


def test_hash_changes_with_each_value():
    section = load_policy().images
    hashes = {section.sha256}
    for key in ImagesPolicy.model_fields:
        hashes.add(section.model_copy(update={key: getattr(section, key) + 0.1}).sha256)
    assert len(hashes) == 1 + len(ImagesPolicy.model_fields)


def test_hash_is_that_of_earlier_versions():
    values = {"endplate_offset_mm": 0.4, "oblique_refuse_deg": 35.0, "oblique_warn_deg": 20.0}
    spelled = json.dumps(values, sort_keys=True, separators=(",", ":"))
    assert load_policy().images.sha256 == hashlib.sha256(spelled.encode()).hexdigest()


def site(folder: Path, text: str) -> Path:
    file = folder / "site.toml"
    file.write_text(f'name = "s"\nversion = "1"\nbase = "{DEFAULT_POLICY}"\n{text}')
    return file


@pytest.mark.parametrize("old", MOVED)
def test_key_at_its_earlier_place_is_read_and_named(tmp_path: Path, old: str):
    section, key = old.split(".")
    value = 1.0 if key == "endplate_offset_mm" else 30.0
    file = site(tmp_path, f"[{section}]\n{key} = {value}\n")
    policy = load_policy(file)
    assert policy.values()[MOVED[old]] == value
    assert policy.basis[MOVED[old]].source == "set by s"
    assert old not in policy.basis
    assert moved_keys(file) == ((old, MOVED[old]),)


def test_policy_without_moved_keys_names_none(tmp_path: Path):
    assert moved_keys(DEFAULT_POLICY) == ()
    assert moved_keys(site(tmp_path, "[images]\noblique_warn_deg = 12.0\n")) == ()


def test_key_at_both_places_is_refused(tmp_path: Path):
    from vcfimg.errors import PolicyError

    file = site(tmp_path, "[measurement]\noblique_warn_deg = 10.0\n[images]\noblique_warn_deg = 12.0\n")
    with pytest.raises(PolicyError, match=r"measurement\.oblique_warn_deg: is now images\.oblique_warn_deg") as caught:
        load_policy(file)
    assert caught.value.code == "policy_malformed"


def test_complete_policy_of_an_earlier_version_is_read(tmp_path: Path):
    import vcfimg.policy

    shipped = Path(vcfimg.policy.__file__).parent / "policies" / f"{DEFAULT_POLICY}.toml"
    lines = shipped.read_text("utf-8").splitlines()
    moved = [line for line in lines if line.split(" ")[0] in ImagesPolicy.model_fields]
    rest = [line for line in lines if line != "[images]" and line not in moved]
    rest.insert(rest.index("[measurement]") + 1, "\n".join(moved))
    file = tmp_path / "earlier.toml"
    file.write_text("\n".join(rest), "utf-8")
    assert load_policy(file).values() == load_policy().values()
    assert len(moved_keys(file)) == len(MOVED)
