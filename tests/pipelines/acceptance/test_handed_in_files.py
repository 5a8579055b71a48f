"""The short form of the long run: some dozen files of each kind."""

import json

import pytest

from pipelines.acceptance.handed_in_files import cases, results
from tests.phantom_oracle import Phantom
from vcfimg.errors import PolicyError
from vcfimg.screening import screen_study


@pytest.fixture(scope="module")
def stored(phantom: Phantom) -> dict:
    from vcfimg.loaders import scan

    (study,) = scan([phantom.folder]).studies
    return json.loads(screen_study(study, segmenter=phantom).to_json())


@pytest.mark.parametrize(("kind", "count"), [("clinical", 60), ("policy", 60), ("result", 25)])
def test_only_named_refusals_come_out(stored: dict, kind: str, count: int) -> None:
    found = list(results(kind, cases(stored)[kind], count))
    assert [failure for _, failure in found if failure] == []
    assert len({outcome for outcome, _ in found}) > 1


def test_what_escapes_is_told() -> None:
    def refused(rng, folder) -> None:
        raise PolicyError("policy_invalid", "no")

    def broken(rng, folder) -> None:
        raise KeyError("x")

    assert list(results("a", refused, 1)) == [("policy_invalid", "")]
    assert list(results("b", broken, 1, first=7)) == [("escaped", "b 7: KeyError: 'x'")]
