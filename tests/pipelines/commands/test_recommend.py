import json
from pathlib import Path

import pytest

from tests.phantom_oracle import PATIENT, Phantom
from vcfimg.reports import read_result

AS_OF = ("--as-of", "2026-01-10")
RECORD = {
    "patient_id": "P1",
    "cancer": True,
    "pain_vas": 8,
    "pain_positional": True,
    "exam_levels": ["T12"],
    "clinical_cord_compression": True,
    "levels": {"T12": {"loss_percent": 48, "stir_edema": True}},
}


def write(path: Path, *records: dict[str, object]) -> Path:
    path.write_text(json.dumps({"patients": records}))
    return path


def test_json_holds_patients_and_errors(run, tmp_path: Path):
    done = run("recommend", "--clinical", write(tmp_path / "c.json", RECORD), "--json", *AS_OF)
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert set(answer) == {"patients", "errors", "unread"}
    (patient,) = answer["patients"]
    assert set(patient) >= {"patient_id", "recommendations", "plan", "priority"}
    assert [(one["level"], one["status"]) for one in patient["recommendations"]] == [("T12", "EMERGENCY_REVIEW")]
    assert (answer["errors"], answer["unread"]) == ([], [])


def test_what_is_not_used_is_listed_beside_the_errors_and_per_patient(run, tmp_path: Path):
    record = {**RECORD, "vas": 8, "notes": "Mrs Smith"}
    done = run("recommend", "--clinical", write(tmp_path / "c.json", record), "--json", *AS_OF)
    answer = json.loads(done.stdout)
    assert [one["field"] for one in answer["unread"]] == answer["patients"][0]["unread"] == ["vas", "notes"]
    assert "Smith" not in done.stdout
    assert "not used: c.json" in run("recommend", "--clinical", tmp_path / "c.json", *AS_OF).stdout


def test_refused_record_is_listed_and_the_others_go_on(run, tmp_path: Path):
    bad = {**RECORD, "patient_id": "P2", "pain_vas": 11}
    done = run("recommend", "--clinical", write(tmp_path / "c.json", bad, RECORD), "--json", *AS_OF)
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [one["patient_id"] for one in answer["patients"]] == ["P2", "P1"]
    (error,) = answer["errors"]
    assert (error["file"], error["patient"], error["field"]) == ("c.json", "P2", "pain_vas")


def test_text_explains_every_patient(run, tmp_path: Path):
    done = run("recommend", "--clinical", write(tmp_path / "c.json", RECORD), *AS_OF)
    assert done.exit_code == 0
    assert "T12: EMERGENCY_REVIEW" in done.stdout


UNDECIDED = {
    **{name: value for name, value in RECORD.items() if name != "clinical_cord_compression"},
    "infection": False,
    "coagulopathy_uncorrected": False,
    "levels": {"T12": {"loss_percent": 48, "stir_edema": True, "escc": "0", "surgeon_stable": True}},
}


def test_the_answer_comes_first_and_all_prints_the_rest(run, tmp_path: Path):
    file = write(tmp_path / "c.json", UNDECIDED)
    short = run("recommend", "--clinical", file, *AS_OF).stdout
    places = [short.index(words) for words in ("T12: INDETERMINATE", "To find out", "Worklist: ", "T12 in detail")]
    assert places == sorted(places)
    assert "At best: candidate" in short
    assert "  - Is the neurological examination normal" in short
    assert "Every rule that was evaluated" not in short
    whole = run("recommend", "--clinical", file, "--all", *AS_OF).stdout
    assert "Every rule that was evaluated" in whole
    assert "What would change this?" in whole


def test_a_record_without_levels_does_not_say_that_none_is_fractured(run, tmp_path: Path):
    file = write(tmp_path / "c.json", {"patient_id": "P", "cancer": True})
    for options in ((), ("--all",)):
        text = run("recommend", "--clinical", file, *options, *AS_OF).stdout
        assert "No level was given" in text
        assert "No level is fractured" not in text


def test_a_date_after_the_decision_is_an_error(run, tmp_path: Path):
    file = write(tmp_path / "c.json", {**RECORD, "pain_vas_date": "2026-02-01"})
    done = run("recommend", "--clinical", file, "--json", *AS_OF)
    assert done.exit_code == 1
    assert [one["field"] for one in json.loads(done.stdout)["errors"]] == ["pain_vas_date"]


def test_the_questions_of_all_levels_stand_together(run, tmp_path: Path):
    done = run("recommend", "--clinical", write(tmp_path / "c.json", UNDECIDED), "--json", *AS_OF)
    (patient,) = json.loads(done.stdout)["patients"]
    assert [one["field"] for one in patient["questions"]] == ["neurology_normal"]


@pytest.mark.parametrize("arguments", [(), ("--levels", "{here}")])
def test_nothing_to_decide_is_exit_2(run, tmp_path: Path, arguments: tuple[str, ...]):
    here = write(tmp_path / "c.json", RECORD)
    assert run("recommend", *[one.format(here=here) for one in arguments]).exit_code == 2


def test_stored_result_is_decided_anew(run, in_process: Phantom, tmp_path: Path):
    run("screen", in_process.folder, "--out", tmp_path / "out", *AS_OF)
    path = next((tmp_path / "out" / "studies").glob("*/result.json"))
    stored = read_result(path)
    levels = tmp_path / "levels.csv"
    levels.write_text(f"study_instance_uid,vertebra_id,level\n{stored.study.study_instance_uid},4,T12\n")
    clinical = write(tmp_path / "c.json", {**RECORD, "patient_id": PATIENT.patient_id})
    done = run("recommend", "--result", path, "--clinical", clinical, "--levels", levels, "--json", *AS_OF)
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    (patient,) = answer["patients"]
    assert [(one["vertebra_id"], one["level"]) for one in patient["recommendations"]] == [(4, "T12")]
    assert answer["result"]["recommendations"] == patient["recommendations"]
    assert answer["result"]["levels"]["counted_from"] == "user"
    fresh = tmp_path / "fresh"
    run("screen", in_process.folder, "--out", fresh, "--clinical", clinical, "--levels", levels, *AS_OF)
    full = json.loads(next((fresh / "studies").glob("*/result.json")).read_text())
    for document in (full, answer["result"]):
        document["provenance"].update(started="", seconds=0)
    assert answer["result"] == full


def test_facts_not_given_again_are_kept(run, in_process: Phantom, tmp_path: Path):
    clinical = write(tmp_path / "c.json", {**RECORD, "patient_id": PATIENT.patient_id})
    run("screen", in_process.folder, "--out", tmp_path / "out", "--clinical", clinical, *AS_OF)
    path = next((tmp_path / "out" / "studies").glob("*/result.json"))
    answer = json.loads(run("recommend", "--result", path, "--json", *AS_OF).stdout)
    assert answer["result"] == json.loads(path.read_text())


def test_policy_that_needs_the_images_is_exit_2(run, in_process: Phantom, tmp_path: Path):
    run("screen", in_process.folder, "--out", tmp_path / "out", *AS_OF)
    site = tmp_path / "site.toml"
    site.write_text('name = "s"\nversion = "1"\nbase = "jnccn2012-1.0"\n[images]\nendplate_offset_mm = 0.7\n')
    done = run("recommend", "--result", next(tmp_path.rglob("result.json")), "--policy", site)
    assert done.exit_code == 2
    assert "images_needed" in done.stderr


@pytest.mark.parametrize("records", [[{**RECORD, "patient_id": "SOMEBODY ELSE"}], []])
def test_a_file_that_says_nothing_of_the_study_leaves_the_stored_facts(
    run, in_process: Phantom, tmp_path: Path, records: list[dict[str, object]]
):
    clinical = write(tmp_path / "c.json", {**RECORD, "patient_id": PATIENT.patient_id})
    run("screen", in_process.folder, "--out", tmp_path / "out", "--clinical", clinical, *AS_OF)
    path = next((tmp_path / "out" / "studies").glob("*/result.json"))
    levels = tmp_path / "levels.csv"
    levels.write_text("study_instance_uid,vertebra_id,level\n1.2.3,4,T12\n")
    other = write(tmp_path / "other.json", *records)
    done = run("recommend", "--result", path, "--clinical", other, "--levels", levels, "--json", *AS_OF)
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [(error["file"], "were kept" in error["message"]) for error in answer["errors"]] == [
        ("other.json", True),
        ("levels.csv", True),
    ]
    assert answer["result"] == json.loads(path.read_text())


def test_a_record_that_nearly_fits_is_told(run, in_process: Phantom, tmp_path: Path):
    run("screen", in_process.folder, "--out", tmp_path / "out", *AS_OF)
    path = next((tmp_path / "out" / "studies").glob("*/result.json"))
    typo = write(tmp_path / "c.json", {**RECORD, "patient_id": PATIENT.patient_id, "accession_number": "?"})
    answer = json.loads(run("recommend", "--result", path, "--clinical", typo, "--json", *AS_OF).stdout)
    assert [error["field"] for error in answer["errors"]] == ["accession_number", "study_instance_uid"]


def test_a_file_without_any_record_is_exit_2(run, tmp_path: Path):
    done = run("recommend", "--clinical", write(tmp_path / "c.json"), "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no_patients" in done.stderr
