import json
from pathlib import Path

import pytest

from tests.phantom_oracle import PATIENT, Phantom

SITE = 'name="site"\nversion="1"\nbase="jnccn2012-1.0"\n[gates]\nvas_min = { value = 5, source = "house rule" }\n'


def test_inspect_says_what_is_used_and_why(run, phantom: Phantom):
    done = run("inspect", phantom.folder)
    assert done.exit_code == 0
    assert "used for heights, edema" in done.stdout
    assert "SECRET" not in done.output


def test_inspect_json_names_every_series(run, phantom: Phantom):
    found = json.loads(run("inspect", phantom.folder, "--json").stdout)
    (study,) = found["studies"]
    assert {one["role"] for one in study["series"]} == {"t2", "stir"}
    assert found["skipped_files"] == {"not_dicom": 1}
    assert PATIENT.patient_id not in json.dumps(found)


def test_inspect_of_nothing_is_exit_2(run, tmp_path: Path):
    assert run("inspect", tmp_path).exit_code == 2


def test_inspect_of_a_mixed_study_is_exit_1(run, study_copy: Path):
    import pydicom

    path = next(study_copy.rglob("*.dcm"))
    dataset = pydicom.dcmread(path)
    dataset.PatientID = "SOMEONE-ELSE"
    dataset.save_as(path)
    done = run("inspect", study_copy)
    assert done.exit_code == 1
    assert "mixed_patients" in done.stdout


def test_policy_show_names_source_and_hash(run):
    shown = json.loads(run("policy", "show", "--json").stdout)
    entry = next(one for one in shown["entries"] if one["key"] == "gates.vas_min")
    assert (entry["value"], entry["kind"]) == (4, "paper")
    assert shown["sha256"] in run("policy", "show").stdout


def test_policy_check_accepts_and_refuses(run, tmp_path: Path):
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "bad.toml").write_text(SITE.replace("5,", "50,"))
    assert run("policy", "check", tmp_path / "site.toml").exit_code == 0
    refused = run("policy", "check", tmp_path / "bad.toml")
    assert refused.exit_code == 2
    assert "gates.vas_min" in refused.stderr


def test_policy_check_says_where_a_moved_key_belongs(run, tmp_path: Path):
    moved = tmp_path / "moved.toml"
    moved.write_text('name = "s"\nversion = "1"\nbase = "jnccn2012-1.0"\n[measurement]\noblique_warn_deg = 10.0\n')
    done = run("policy", "check", moved)
    assert done.exit_code == 0
    assert "measurement.oblique_warn_deg is read, but belongs to [images] now: images.oblique_warn_deg" in done.stderr


def test_policy_diff_lists_what_differs(run, tmp_path: Path):
    (tmp_path / "site.toml").write_text(SITE)
    done = run("policy", "diff", "jnccn2012-1.0", tmp_path / "site.toml")
    assert done.exit_code == 0
    assert done.stdout.startswith("gates.vas_min: 4.0 -> 5.0")
    assert run("policy", "diff", "jnccn2012-1.0", "jnccn2012-1.0").stdout.strip() == "no difference"


@pytest.mark.parametrize(
    "arguments",
    [("--recipe", "nothing"), ("--vendor", "acme"), ("--encoding", "gif"), ("--region", "tail"), ("--roles", "ct")],
)
def test_phantom_of_an_unknown_kind_is_exit_2(run, tmp_path: Path, arguments: tuple[str, str]):
    assert run("phantom", "--out", tmp_path, *arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_phantom_folder_holds_images_and_truth(phantom: Phantom):
    truth = json.loads((phantom.folder / "truth.json").read_text())
    losses = {one["level"]: one["index_loss_percent"] for one in truth["vertebrae"]}
    assert losses["L1"] == pytest.approx(42)
    assert len(list(phantom.folder.rglob("*.dcm"))) == 10


def test_evaluate_without_a_data_set_is_exit_2(run, tmp_path: Path):
    done = run("evaluate", tmp_path / "absent", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "dataset_missing" in done.stderr
