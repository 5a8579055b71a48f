from pathlib import Path

import pytest

from pipelines.level_file import CorrectionsError, read_corrections


def read(tmp_path: Path, text: str):
    path = tmp_path / "levels"
    path.write_text(text)
    return read_corrections(path)


def test_json_and_csv_say_the_same(tmp_path: Path):
    expected = {"1.2": {4: "L1", 5: "L2"}, "1.3": {1: "T13"}}
    assert read(tmp_path, '{"1.2": {"4": "L1", "5": "L2"}, "1.3": {"1": "T13"}}') == expected
    table = "study_instance_uid,vertebra_id,level\n1.2,4,L1\n1.2,5,L2\n1.3,1,T13\n"
    assert read(tmp_path, table) == expected
    assert read(tmp_path, "\ufeff" + table.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"1.2": {"4": "L9"}}',
        '{"1.2": {"4": null}}',
        '{"1.2": {"4": ["L1"]}}',
        '{"1.2": {"0": "L1"}}',
        '{"1.2": {"-1": "L1"}}',
        '{"1.2": {"four": "L1"}}',
        '{"1.2": {"99999999999999999999": "L1"}}',
        '{"1.2": {"4": "L1", "5": "L1"}}',
        '{"1.2": "L1"}',
        '{"1.2": ',
        "uid,id,level\n1.2,4,L1\n",
        "study_instance_uid,vertebra_id,level\n1.2,4\n",
        "study_instance_uid,vertebra_id,level\n1.2,4,L1,L2\n",
        "study_instance_uid,vertebra_id,level\n1.2,4,L1\n1.2,4,L2\n",
        "",
    ],
)
def test_what_is_wrong_refuses_the_file(tmp_path: Path, text: str):
    with pytest.raises(CorrectionsError) as caught:
        read(tmp_path, text)
    assert caught.value.code in {"levels_invalid", "levels_unreadable"}
    assert "levels" in caught.value.message
