"""``vcfimg clinical check``."""

import json
from pathlib import Path

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
