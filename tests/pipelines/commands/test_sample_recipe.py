import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.sample_results import AS_OF, SAMPLES, complaints, read_stored, results_of
from vcfimg import __version__
from vcfimg.clinical import read_clinical
from vcfimg.loaders import choose_series, scan
from vcfimg.policy import load_policy


def test_three_small_studies_are_shipped():
    found = scan(SAMPLES)
    roles = [sorted(one.role for one in choose_series(study, policy=load_policy()).used) for study in found.studies]
    assert sorted(roles) == [["stir", "t1", "t2"], ["stir", "t1", "t2"], ["t1", "t2"]]
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) <= 6e6


def test_clinical_facts_are_valid_and_dated():
    read = read_clinical(SAMPLES / "clinical.json")
    assert read.errors == ()
    assert [record.patient_id for record in read.records] == ["SAMPLE-1", "SAMPLE-2", "SAMPLE-3"]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole program as a user runs it: two processes, the embedded network, the clinical facts."""
    import subprocess
    import sys

    out = tmp_path_factory.mktemp("demonstration")
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from pipelines.cli import main; main()", "screen", str(SAMPLES)),
            *("--clinical", str(SAMPLES / "clinical.json"), "--as-of", AS_OF, "--out", str(out), "--workers", "2"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "SAMPLE-" not in done.stderr + done.stdout
    return out


@pytest.mark.slow
def test_results_are_those_stored_for_this_version(demonstration: Path):
    told = list(complaints(read_stored(), results_of(demonstration)))
    assert not told, "\n".join(told)


@pytest.mark.slow
def test_demonstration_finds_what_was_painted(demonstration: Path):
    by_patient = {}
    for path in demonstration.glob("studies/*/result.json"):
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


@pytest.mark.slow
def test_six_typed_facts_decide_one_study_and_another_asks(demonstration: Path):
    typed = json.loads((SAMPLES / "clinical.json").read_text("utf-8"))["patients"][1]
    assert len(typed.keys() - {"patient_id"}) <= 6
    worklist = json.loads((demonstration / "worklist.json").read_text("utf-8"))
    by_patient = {study["study"]["patient_id"]: study for study in worklist["studies"]}
    decided, asks = by_patient["SAMPLE-2"], by_patient["SAMPLE-3"]
    assert [(level["level"], level["status"]) for level in decided["levels"]] == [("L4", "NOT_INDICATED")]
    assert (decided["priority"]["class"], decided["questions"]) == ("routine", [])
    assert asks["questions"]
    assert "edema_not_assessed" in asks["alerts"]


def changed(height: float, version: str = __version__) -> dict[str, Any]:
    """The stored results with one height changed."""
    document = copy.deepcopy(read_stored()) | {"version": version}
    study = next(iter(document["studies"].values()))
    study["vertebrae"][2]["height_mm"]["anterior"] += height
    return document


def test_changed_result_under_one_version_is_a_complaint():
    told = list(complaints(read_stored(), changed(0.5)))
    assert told[0] == (
        f"results of sample_data changed under version {__version__}: raise __version__ and run "
        "python -m pipelines.sample_results --write"
    )
    assert len(told) == 2
    assert "height_mm.anterior" in told[1]


def test_raised_version_asks_for_renewed_results():
    for height in (0.0, 0.5):
        told = list(complaints(read_stored(), changed(height, "99.0")))
        assert told[0].startswith(f"the stored results of sample_data are of version {__version__}, this is 99.0: run")


def test_noise_of_the_processor_is_no_complaint():
    assert list(complaints(read_stored(), changed(0.004))) == []


def test_study_that_is_gone_is_a_complaint():
    document = copy.deepcopy(read_stored())
    document["studies"].popitem()
    assert "changed" in next(complaints(read_stored(), document))
