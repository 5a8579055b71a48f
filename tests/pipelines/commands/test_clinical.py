"""``vcfimg clinical check``."""

import json
from pathlib import Path

from tests.reports import examples
from vcfimg.recommendation.recommendation import Alternative, Question, Status
from vcfimg.reports import write as write_result

RECORD = {
    "patient_id": "SMITH-4711",
    "Age": "65",
    "infection": "perhaps",
    "vas": 8,
    "levels": {"Th12": {"escc": 1, "loss_percent": "48 %"}, "L1": {}},
}


def write(path: Path, *records: object) -> Path:
    path.write_text(json.dumps({"patients": records}), "utf-8")
    return path


def test_it_says_what_would_be_used_and_what_not_without_identifiers(run, tmp_path: Path):
    done = run("clinical", "check", write(tmp_path / "c.json", RECORD))
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[:2] == ["Record 1", "  identified by: patient_id"]
    for used in ("age = 65", "levels.T12.escc = 1c", "levels.T12.loss_percent = 48", "levels.L1 = named"):
        assert f"  {used}" in lines
    assert any(line.startswith("  ! danger_unreadable: ") for line in lines)
    assert any(line.startswith("cannot be read: record 1, infection: ") for line in lines)
    assert "not used: record 1, vas: is not a known key; did you mean pain_vas?" in lines
    assert "SMITH" not in done.stdout
    assert "4711" not in done.stdout


def test_everything_used_is_exit_0(run, tmp_path: Path):
    done = run("clinical", "check", write(tmp_path / "c.json", {"patient_id": "P", "infection": "ja"}), "--json")
    assert done.exit_code == 0
    (record,) = json.loads(done.stdout)["records"]
    assert record["used"] == {"infection": True}
    assert "Everything" in run("clinical", "check", tmp_path / "c.json").stdout


def test_a_refused_record_says_so(run, tmp_path: Path):
    done = run("clinical", "check", write(tmp_path / "c.json", {"patient_id": "P", "pain_vas": 11, "infection": 1}))
    assert done.exit_code == 1
    assert "Record 1 (refused: only its dangers count)" in done.stdout
    assert "  infection = yes" in done.stdout


def test_a_file_that_is_none_is_exit_2(run, tmp_path: Path):
    (tmp_path / "c.json").write_text("{")
    done = run("clinical", "check", tmp_path / "c.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "malformed_json" in done.stderr


QUESTIONS = (
    Question(ask="Is the neurological examination normal?", field="neurology_normal"),
    Question(ask="Which epidural grade?", field="levels.T12.escc"),
    Question(
        ask="Is the level stable?",
        field="levels.T12.surgeon_stable",
        alternatives=(
            Alternative(fields=("levels.T12.surgeon_stable",), status=Status.CANDIDATE),
            Alternative(fields=("levels.T12.alignment", "levels.T12.posterolateral"), status=Status.CANDIDATE_MDT),
        ),
    ),
    Question(ask="Which level is this vertebra?", field="vertebrae.7.level"),
    Question(ask="Is there a newer MRI?", field="study_date"),
)


def test_a_template_holds_just_the_questions_of_one_study(run, tmp_path: Path):
    one = examples.recommendation(status=Status.INDETERMINATE, questions=QUESTIONS)
    result = examples.result(recommendations=(one,), clinical={"pain_vas": 7.0, "cancer": None, "levels": {}})
    write_result(result, tmp_path, formats=("json",))
    path = next(tmp_path.rglob("result.json"))
    done = run("clinical", "template", "--study", path)
    assert done.exit_code == 0
    (record,) = json.loads(done.stdout)["patients"]
    assert record == {
        "study_instance_uid": result.study.study_instance_uid,
        "neurology_normal": None,
        "levels": {"T12": {"escc": None, "surgeon_stable": None, "alignment": None, "posterolateral": None}},
    }
    assert "Which epidural grade? [T12]" in done.stderr
    (kept,) = json.loads(run("clinical", "template", "--study", path, "--with-facts").stdout)["patients"]
    assert kept == {"pain_vas": 7.0, **record}
    filled = tmp_path / "filled.json"
    filled.write_text(done.stdout, "utf-8")
    assert run("clinical", "check", filled).exit_code == 0
