"""What the real engine says about the example measurements, on the page."""

import datetime
from pathlib import Path

import pytest

from tests.reports import examples
from tests.reports.page_reader import Page
from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.policy import load_policy
from vcfimg.recommendation import recommend
from vcfimg.reports import write
from vcfimg.reports.wording.decision_words import BACKGROUND_NOTES
from vcfimg.reports.wording.input_words import INPUT

KNOWN = ClinicalInputs(
    age=65,
    cancer=True,
    pain_vas=8,
    pain_positional=True,
    exam_levels=("T12",),
    clinical_cord_compression=False,
    new_neurological_deficit=False,
    infection=False,
    coagulopathy_uncorrected=False,
    levels={
        "T12": LevelInputs(escc="0", bone_quality="lytic", alignment="normal", posterolateral="none", stir_edema=True)
    },
)


def decided(clinical: ClinicalInputs | None, base=None):
    base = base or examples.result()
    decision = recommend(examples.measurement_of(base), clinical, load_policy(), datetime.date(2026, 1, 10))
    return base.model_copy(
        update={
            "recommendations": decision.recommendations,
            "plan": decision.plan,
            "priority": decision.priority,
            "notes": decision.notes,
            "clinical": None,
        }
    )


@pytest.mark.parametrize("clinical", [None, KNOWN])
def test_every_missing_input_and_background_note_is_known_to_the_page(clinical) -> None:
    result = decided(clinical)
    assert result.recommendations
    for item in result.recommendations:
        assert {path.rsplit(".", 1)[-1] for path in item.missing} <= set(INPUT)
        shown = BACKGROUND_NOTES - ({"rt_marrow"} if clinical else {"rt_marrow", "evidence"})
        assert {note.code for note in item.notes} >= shown


def test_images_alone_read_as_a_condition_with_what_is_missing(tmp_path: Path) -> None:
    text = Page(write(decided(None), tmp_path)["report.html"].read_text("utf-8")).text
    assert "T12 Status: Cannot be decided yet Preference: BKP favoured" in text
    assert "if augmentation is indicated" in text
    assert "whether there are clinical signs of cord or cauda compression" in text
    assert text.count("images alone") == 2
    assert "ranked by images alone: no clinical facts were given" in text


def test_a_candidate_reads_as_one(tmp_path: Path) -> None:
    text = Page(write(decided(KNOWN), tmp_path)["report.html"].read_text("utf-8")).text
    assert "T12 Status: Candidate for augmentation Preference: BKP favoured" in text
    assert "10 of 18" in text
    assert "Where later guidance differs" in text
    assert "IMWG 2008/09 asks for pain above 7 of 10" in text
    assert text.count("Guidance disagreement:") == 0


def test_unnamed_vertebrae_read_well(tmp_path: Path) -> None:
    text = Page(write(decided(None, examples.no_stir()), tmp_path)["report.html"].read_text("utf-8")).text
    assert "#2 (T12?) Status:" in text
    assert "vertebrae.2" not in text.split("Every rule that was evaluated")[0]
