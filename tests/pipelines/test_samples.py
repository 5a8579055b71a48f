import json
from pathlib import Path

import pytest

from vcfimg.clinical import read_clinical
from vcfimg.loaders import choose_series, scan
from vcfimg.policy import load_policy

AS_OF = "2026-01-10"
"""Decision date of ``make demo``: the studies are dated 2026-01-02, and facts grow stale."""

SAMPLES = Path(__file__).parents[2] / "sample_data"


def test_three_small_studies_are_shipped():
    found = scan(SAMPLES)
    roles = [sorted(one.role for one in choose_series(study, policy=load_policy()).used) for study in found.studies]
    assert sorted(roles) == [["stir", "t1", "t2"], ["stir", "t1", "t2"], ["t1", "t2"]]
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) <= 6e6


def test_clinical_facts_are_valid_and_dated():
    read = read_clinical(SAMPLES / "clinical.json")
    assert read.errors == ()
    assert [record.patient_id for record in read.records] == ["SAMPLE-1", "SAMPLE-3"]


@pytest.mark.slow
def test_demonstration_finds_what_was_painted(tmp_path: Path):
    """The whole program as a user runs it: two processes, the embedded network, the clinical facts."""
    import subprocess
    import sys

    done = subprocess.run(
        [
            *(sys.executable, "-c", "from pipelines.cli import main; main()", "screen", str(SAMPLES)),
            *("--clinical", str(SAMPLES / "clinical.json"), "--as-of", AS_OF, "--out", str(tmp_path), "--workers", "2"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SAMPLE-" not in done.stderr + done.stdout
    by_patient = {}
    for path in tmp_path.glob("studies/*/result.json"):
        result = json.loads(path.read_text())
        by_patient[result["study"]["patient_id"]] = result
    for patient, folder in (("SAMPLE-1", "1-fractures"), ("SAMPLE-2", "2-healthy"), ("SAMPLE-3", "3-no-stir")):
        truth = json.loads((SAMPLES / folder / "truth.json").read_text())["vertebrae"]
        fractured = {one["level"]: one["index_loss_percent"] for one in truth if one["index_loss_percent"] >= 20}
        found = {
            one["level"]: one["loss_percent"]["index"]
            for one in by_patient[patient]["vertebrae"]
            if (one["loss_percent"]["index"] or 0) >= 20
        }
        assert found == pytest.approx(fractured, abs=5)
    flagged = {one["level"]: one for one in by_patient["SAMPLE-1"]["recommendations"]}
    assert (flagged["T12"]["status"], flagged["T12"]["preference"]) == ("CANDIDATE", "BKP_FAVOURED")
