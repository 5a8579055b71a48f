"""A made-up gate as a patch: it adds to a handful of files, and everything that walks the gates sees it."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.additions.patched_tree import PatchedTree, patched_tree

MOST_FILES: Final = 7

KNOWN: Final[dict[str, Any]] = {
    "patient_id": "P1",
    "age": 65,
    "sex": "M",
    "cancer": True,
    "pain_vas": 7,
    "pain_positional": True,
    "exam_levels": ["L3"],
    "clinical_cord_compression": False,
    "new_neurological_deficit": False,
    "infection": False,
    "coagulopathy_uncorrected": False,
    "levels": {
        "L3": {
            "escc": "0", "bone_quality": "lytic", "alignment": "normal", "posterolateral": "none", "stir_edema": True,
            "loss_percent": 30, "loss_uncertainty": 6,
        }
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def patched(tmp_path_factory: pytest.TempPathFactory) -> PatchedTree:
    return patched_tree("gate.patch", tmp_path_factory.mktemp("patched"))


def recommend(tree: PatchedTree, folder: Path, *options: str, **facts: Any) -> str:
    """What ``vcfimg recommend`` of this tree says about the known patient with ``facts``."""
    record = folder / "clinical.json"
    record.write_text(json.dumps({"patients": [KNOWN | facts]}))
    return tree.vcfimg("recommend", "--clinical", record, "--as-of", "2026-01-10", *options)


def decided(tree: PatchedTree, folder: Path, **facts: Any) -> dict[str, Any]:
    (patient,) = json.loads(recommend(tree, folder, "--json", **facts))["patients"]
    (found,) = patient["recommendations"]
    return dict(found)


def test_gate_touches_few_files_of_the_product(patched: PatchedTree) -> None:
    assert 0 < len(patched.product_files) <= MOST_FILES, patched.product_files
    assert "docs/clinical.md" in patched.changed


def test_raised_gate_decides_and_is_traced(patched: PatchedTree, tmp_path: Path) -> None:
    found = decided(patched, tmp_path, severe_thrombocytopenia=True)
    assert (found["status"], found["preference"]) == ("CONTRAINDICATED", "WITHHELD")
    assert "thrombocytopenia" in {alert["code"] for alert in found["alerts"]}
    steps = {step["rule"]: step for step in found["trace"]}
    assert steps["G9.platelets"]["answer"] is True
    assert steps["status"]["inputs"]["first_deciding"]["value"] == "G9"
    assert ", G5, G9, G0, " in steps["status"]["source"]


def test_unknown_fact_of_the_gate_blocks_and_is_missing(patched: PatchedTree, tmp_path: Path) -> None:
    found = decided(patched, tmp_path)
    assert found["status"] == "INDETERMINATE"
    assert found["missing"] == ["severe_thrombocytopenia"]
    steps = {step["rule"]: step for step in found["trace"]}
    assert steps["status"]["inputs"]["first_deciding"]["value"] == "unknown: G9"


def test_answered_gate_lets_the_level_through(patched: PatchedTree, tmp_path: Path) -> None:
    assert decided(patched, tmp_path, severe_thrombocytopenia=False)["status"] == "CANDIDATE"


def test_explanation_walks_the_gate(patched: PatchedTree, tmp_path: Path) -> None:
    text = " ".join(recommend(patched, tmp_path).split())
    assert "Platelets (G9) open: severe thrombocytopenia: unknown" in text
    assert "To find out - Is there a severe thrombocytopenia?" in text
    assert "At best: candidate for augmentation" in text
    everything = " ".join(recommend(patched, tmp_path, "--all").split())
    assert "severe thrombocytopenia: yes" in everything, "what would change this?"
