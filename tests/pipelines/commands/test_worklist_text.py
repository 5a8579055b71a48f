import json

import pytest

from pipelines.commands.worklist_text import worklist_text


def document(**level: object) -> str:
    shown = {"level": "L1", "status": "INDETERMINATE", "preference": "BKP_FAVOURED", "missing": [], **level}
    study = {
        "rank": 1,
        "priority": {"class": "urgent", "score": 28.1, "reasons": [], "images_alone": False},
        "study": {"study_instance_uid": "1.2.3"},
        "levels": [{"loss_percent": 34.2, "loss_uncertainty": 13.1, "edema": None, **shown}],
    }
    return json.dumps({"studies": [study], "problems": [], "disclaimer": "-"})


@pytest.mark.parametrize(
    ("edema", "words"), [(True, "edema (reader)"), (False, "no edema (reader)"), (None, "edema not known")]
)
def test_findings_stand_in_the_words_of_the_tables(edema: bool | None, words: str):
    text = worklist_text(document(edema=edema, edema_from="reader", loss_from="image"))
    assert text.splitlines()[1] == f"       L1: INDETERMINATE / BKP_FAVOURED, loss 34 ± 13 % (image), {words}"
