import json

import pytest

from tests.reports import examples
from vcfimg.errors import ReportError
from vcfimg.reports import schema, validate
from vcfimg.reports.schema import generate

ALL = [examples.result, examples.healthy, examples.no_stir, examples.failed, examples.hostile]


def test_the_shipped_schema_is_current() -> None:
    assert schema() == generate(), "run vcfimg.reports.schema.write_shipped() and commit the file"


def test_the_keys_of_the_output_contract_are_there() -> None:
    keys = set(schema()["properties"])
    assert keys >= {
        "schema_version", "status", "failure", "study", "frame_of_reference_uid", "series", "levels", "vertebrae",
        "spine", "recommendations", "plan", "priority", "provenance",
    }  # fmt: skip
    assert "class" in schema()["$defs"]["Priority"]["properties"]
    assert "from" in schema()["$defs"]["Kyphosis"]["properties"]


@pytest.mark.parametrize("make", ALL)
def test_results_follow_the_schema(make) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the jsonschema library is not installed")
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(json.loads(make().to_json()))


@pytest.mark.parametrize("make", ALL)
def test_a_document_becomes_the_same_result(make) -> None:
    assert validate(json.loads(make().to_json())) == make()


def test_every_wrong_key_is_named() -> None:
    document = json.loads(examples.result().to_json())
    document["vertebrae"][1]["loss_percent"]["index"] = "much"
    document["priority"]["class"] = "whenever"
    with pytest.raises(ReportError, match=r"vertebrae\.1\.loss_percent\.index.*priority\.class") as caught:
        validate(document)
    assert caught.value.code == "result_invalid"
