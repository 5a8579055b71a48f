import json

import pytest

from tests.reports.objects.written import Written

bundle_module = pytest.importorskip("fhir.resources.R4B.bundle", reason="the extra fhir is not installed")


def test_bundle_is_valid_and_holds_the_numbers(written: Written) -> None:
    text = (written.folder / "fhir.json").read_text()
    bundle_module.Bundle.model_validate_json(text)
    resources = [entry["resource"] for entry in json.loads(text)["entry"]]
    report = next(one for one in resources if one["resourceType"] == "DiagnosticReport")
    assert report["status"] == "preliminary"
    assert "resultsInterpreter" not in report
    observations = [one for one in resources if one["resourceType"] == "Observation"]
    assert len(observations) == len(report["result"]) == len(written.result.vertebrae)
    l1 = next(one for one in observations if one["bodySite"]["coding"][0]["code"] == "66794005")
    losses = [one for one in l1["component"] if one["code"]["coding"][0]["code"] == "height_loss"]
    measured = next(one for one in written.result.vertebrae if one.level == "L1")
    assert float(losses[0]["valueQuantity"]["value"]) == pytest.approx(measured.loss_percent.index)
