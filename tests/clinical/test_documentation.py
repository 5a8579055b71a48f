"""The worked examples of the documentation are read as they stand, and say the same."""

import re
from pathlib import Path

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs, read_clinical
from vcfimg.clinical.fhir.fhir_codes import LEVELS_SCT, OBSERVATION_CODES, UNITS
from vcfimg.clinical.inputs import READ_BY_US
from vcfimg.level_names import STANDARD_LEVELS

PAGE = (Path(__file__).parents[2] / "docs" / "clinical_inputs.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(json|csv)\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_three_examples_agree(tmp_path: Path) -> None:
    assert [kind for kind, _ in EXAMPLES] == ["json", "csv", "json"]
    found = []
    for number, (kind, text) in enumerate(EXAMPLES):
        path = tmp_path / f"{number}.{kind}"
        path.write_text(text, encoding="utf-8")
        file = read_clinical(path)
        assert file.errors == ()
        found.append(file.records)
    assert found[0] == found[1] == found[2]
    assert found[0][0].levels["T12"].loss_percent == 48


@pytest.mark.parametrize(
    "name", [*sorted(set(ClinicalInputs.model_fields) - READ_BY_US), *LevelInputs.model_fields, *UNITS], ids=str
)
def test_every_field_is_documented(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_every_standard_code_is_documented() -> None:
    assert [code for _, code in OBSERVATION_CODES if code not in PAGE] == []


def test_every_standard_level_above_the_sacrum_has_a_code() -> None:
    assert sorted(LEVELS_SCT.values()) == sorted(set(STANDARD_LEVELS) - {"S1"})
