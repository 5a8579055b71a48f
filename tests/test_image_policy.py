import datetime
from typing import Any

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.image_policy import IMAGE_KEYS, image_policy_sha256
from vcfimg.policy import load_policy


class Recorder:
    """A section that remembers which of its values were asked for."""

    def __init__(self, section: Any, seen: set[str]) -> None:
        self._section, self._seen = section, seen

    def __getattr__(self, name: str) -> Any:
        self._seen.add(name)
        return getattr(self._section, name)


def test_images_are_measured_with_these_values_only(phantom: Phantom, monkeypatch: pytest.MonkeyPatch):
    seen: set[str] = set()
    policy = load_policy()
    watched = policy.model_copy(update={"measurement": Recorder(policy.measurement, seen)})
    from vcfimg.screening import screen as screening

    before_decision: set[str] = set()

    def stop(*arguments: Any, **options: Any) -> Any:
        before_decision.update(seen)
        raise InterruptedError

    monkeypatch.setattr(screening, "decide_or_fail", stop)
    with pytest.raises(InterruptedError):
        screening.examine(phantom.folder, segmenter=phantom, policy=watched, as_of=datetime.date(2026, 1, 10))
    assert "endplate_offset_mm" in before_decision
    assert before_decision <= set(IMAGE_KEYS)


def test_hash_changes_with_each_value():
    policy = load_policy()
    hashes = {image_policy_sha256(policy)}
    for key in IMAGE_KEYS:
        changed = policy.measurement.model_copy(update={key: getattr(policy.measurement, key) + 0.1})
        hashes.add(image_policy_sha256(policy.model_copy(update={"measurement": changed})))
    assert len(hashes) == 1 + len(IMAGE_KEYS)
