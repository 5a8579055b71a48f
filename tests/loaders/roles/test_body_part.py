import pytest

from tests.loaders.classification_cases import h
from vcfimg.loaders.roles.classify import classify


@pytest.mark.parametrize(
    "code", ["LSPINE", "CSPINE", "TSPINE", "SPINE", "LSSPINE", "CTSPINE", "L-SPINE", "LUMBAR", "NECK"]
)
def test_spine_codes(code: str) -> None:
    found = classify(h("t2 sag", body_part=code))
    assert found.spine is True
    assert any("BodyPartExamined" in text for text in found.evidence)


@pytest.mark.parametrize("code", ["HEAD", "BRAIN", "KNEE", "PELVIS", "SHOULDER"])
def test_other_body_part_codes(code: str) -> None:
    assert classify(h("t2 sag", body_part=code)).spine is False


@pytest.mark.parametrize("code", [None, "", "ABDOMEN", "CHEST", "WHATEVER"])
def test_missing_or_preset_code_is_no_evidence(code: str | None) -> None:
    assert classify(h("t2 sag", body_part=code)).spine is None


def test_words_of_the_series_beat_a_code_left_from_the_last_patient() -> None:
    found = classify(h("t2_lws_sag", body_part="HEAD"))
    assert found.spine is True
    assert found.conflict is not None
    assert "HEAD" in found.conflict


@pytest.mark.parametrize("description", ["t2 sag brain", "Knie sag t1", "SAG GENOU", "t2 sag プロ 脳"])
def test_words_for_other_body_parts(description: str) -> None:
    assert classify(h(description)).spine is False


def test_study_description_is_asked_last() -> None:
    assert classify(h("t2 sag", study_description="MRI BRAIN")).spine is False
    assert classify(h("t2 sag", study_description="MRI BRAIN", body_part="CSPINE")).spine is True
    assert classify(h("t2 sag", study_description="BRAIN AND CERVICAL SPINE")).spine is None
