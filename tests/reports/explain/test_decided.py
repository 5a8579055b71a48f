"""What decided, read back from the trace of real decisions."""

import datetime

import pytest

from tests.recommendation.level_cases import AS_OF, at, decide, record, spine, vertebra
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.recommendation.recommendation import TraceStep
from vcfimg.reports.explain.decided import DecidedLoss, decided_edema, decided_loss

IMAGE = spine(vertebra(1, "T12", loss=48, fraction=0.5), vertebra(2, "L1", loss=2, fraction=0.01))


def test_the_reader_decides_where_he_says_something() -> None:
    found = at(decide(record("T12", loss_percent=10, loss_uncertainty=3, stir_edema=False), IMAGE), "T12")
    assert decided_loss(found) == DecidedLoss(10, 3, "reader")
    edema = decided_edema(found)
    assert (edema.seen, edema.origin, edema.answer, edema.image) == (False, "reader", False, True)
    assert edema.words == "no (reader); 50 % of the body bright on the image"


def test_the_image_decides_without_a_reader() -> None:
    found = at(decide(None, IMAGE), "T12")
    assert decided_loss(found) == DecidedLoss(48, 5, "image")
    assert decided_edema(found).words == "yes (image threshold); 50 % of the body bright on the image"


def test_a_level_out_of_the_images_is_the_readers() -> None:
    found = at(decide(record("T5", loss_percent=60), IMAGE), "T5")
    assert decided_loss(found) == DecidedLoss(60, 6, "reader")
    assert decided_edema(found).words == "yes (reader)"


def test_what_the_image_alone_denies_is_not_known() -> None:
    edema = decided_edema(at(decide(ClinicalInputs(exam_levels=("L1",)), IMAGE), "L1"))
    assert (edema.answer, edema.seen, edema.origin) == (None, False, "image")
    assert edema.words.startswith("not known; the image shows none, which a reader must confirm; 1 %")


def test_a_reader_of_an_old_mri_is_told_that_it_is_old() -> None:
    old = AS_OF - datetime.timedelta(days=200)
    edema = decided_edema(at(decide(record("T12"), IMAGE, study_date=old), "T12"))
    assert (edema.answer, edema.seen) == (None, True)
    assert edema.words.startswith("yes (reader); the MRI is too old")


@pytest.mark.parametrize("entry", [None, 48, "48", {}, {"value": "48"}, {"value": True, "from": "reader"}])
def test_a_trace_of_another_form_is_unknown(entry: object) -> None:
    found = at(decide(None, IMAGE), "T12")
    step = TraceStep(rule="preference.collapse", inputs={"loss_percent": entry}, outcome="", source="", kind="design")
    assert decided_loss(found.model_copy(update={"trace": (step,)})) == DecidedLoss(None, None, "unknown")
    assert decided_loss(found.model_copy(update={"trace": ()})).percent is None
    assert decided_edema(found.model_copy(update={"trace": ()})).words == "not known"
