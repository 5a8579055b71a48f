import datetime
import json

import pytest

from tests.reports import examples
from vcfimg.image_findings import Failure, Findings, ImageProvenance
from vcfimg.policy import load_policy
from vcfimg.result import ScreeningResult
from vcfimg.screening.decide import decide


def test_keys_of_the_findings_lie_flat_in_the_result() -> None:
    document = json.loads(examples.result().to_json())
    assert set(Findings.model_fields) <= set(document)
    assert set(ImageProvenance.model_fields) <= set(document["provenance"])
    assert ScreeningResult.model_validate(document) == examples.result()


def test_a_result_gives_back_its_findings_and_nothing_of_the_decision() -> None:
    result = examples.result()
    found = result.findings
    assert type(found) is Findings
    assert type(found.provenance) is ImageProvenance
    assert {name: getattr(result, name) for name in Findings.model_fields if name != "provenance"} == {
        name: getattr(found, name) for name in Findings.model_fields if name != "provenance"
    }
    assert found.provenance.inputs_sha256 == result.provenance.inputs_sha256


@pytest.mark.parametrize(("stage", "kept"), [("measure", True), ("decide", False)])
def test_only_a_failure_of_the_images_belongs_to_the_findings(stage: str, kept: bool) -> None:
    failure = Failure(stage=stage, code="unexpected_error", message="…")
    result = examples.result(status="failed", failure=failure)
    assert (result.findings.failure == failure) is kept


def test_a_study_without_a_spine_whose_decision_failed_is_not_ok_when_decided_again() -> None:
    failure = Failure(stage="decide", code="unexpected_error", message="…")
    undecided = examples.result(status="failed", failure=failure, raw=None, series=(), vertebrae=(), recommendations=())
    again = decide(
        undecided.findings, clinical=None, levels=None, policy=load_policy(), as_of=datetime.date(2026, 1, 10)
    )
    assert again.status == "no_spine_series"
