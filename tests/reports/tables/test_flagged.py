from typing import Any

import pytest

from tests.reports import examples
from vcfimg.recommendation.recommendation import Status
from vcfimg.reports.tables.flagged import FlaggedLevel, by_concern, flagged_level
from vcfimg.reports.tables.worklist import worklist_entry

FOUND = (
    examples.recommendation(vertebra_id=3, level="L1", status=Status.INDETERMINATE),
    examples.recommendation(vertebra_id=1, level="T11", **examples.findings(loss=None)),
    examples.recommendation(vertebra_id=4, level="L2", **examples.findings(loss=60.0, loss_from="reader")),
    examples.recommendation(vertebra_id=2, level="T12"),
    examples.recommendation(vertebra_id=1, level="T10", status=Status.SURGICAL_REVIEW),
)


def test_levels_stand_in_order_of_concern_then_of_the_loss_that_decided() -> None:
    assert [item.level for item in by_concern(FOUND)] == ["T10", "L2", "T12", "T11", "L1"]
    item = worklist_entry(examples.result(recommendations=FOUND))
    assert [level.level for level in item.levels] == ["T10", "L2", "T12", "T11", "L1"]


def test_the_reader_stands_before_the_image() -> None:
    item = examples.recommendation(**examples.findings(loss=10.0, spread=3.0, loss_from="reader", reader=False))
    found = flagged_level(examples.result(), item)
    assert (found.loss_percent, found.loss_uncertainty, found.loss_from) == (10.0, 3.0, "reader")
    assert (found.edema, found.edema_from, found.image_edema) == (False, "reader", True)
    assert (found.image_loss_percent, found.image_loss_uncertainty) == (48.0, 6.0)


def test_an_unmeasured_vertebra_gives_no_loss() -> None:
    item = examples.recommendation(vertebra_id=1, level=None, **examples.findings(loss=None, image=None))
    found = flagged_level(examples.no_stir(), item)
    assert (found.loss_percent, found.image_loss_percent, found.edema) == (None, None, None)
    assert found.loss_words == "not known"
    assert found.edema_words == "edema not known"


@pytest.mark.parametrize(
    ("values", "loss", "edema"),
    [
        ({"loss_percent": 45, "loss_uncertainty": 5, "loss_from": "reader"}, "45 ± 5 % (reader)", "edema not known"),
        (
            {"loss_percent": 45, "loss_uncertainty": 5, "loss_from": "reader", "image_loss_percent": 1.0},
            "45 ± 5 % (reader); image 1 %",
            "edema not known",
        ),
        (
            {
                "loss_percent": 48, "loss_uncertainty": 6, "loss_from": "image", "image_loss_percent": 48,
                "edema": True, "edema_from": "image", "image_edema": True,
            },
            "48 ± 6 % (image)",
            "edema (image)",
        ),
        (
            {"image_loss_percent": 1, "edema": False, "edema_from": "reader", "image_edema": True},
            "not known; image 1 %",
            "no edema (reader); image: edema",
        ),
        ({"edema": True, "edema_from": "reader", "image_edema": False}, "not known", "edema (reader); image: none"),
    ],
)  # fmt: skip
def test_a_level_in_words(values: dict[str, Any], loss: str, edema: str) -> None:
    level = FlaggedLevel(level="L2", status="CANDIDATE", preference="BKP_FAVOURED", **values)
    assert (level.loss_words, level.edema_words) == (loss, edema)
