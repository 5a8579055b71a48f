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


@pytest.mark.parametrize(("edema", "said"), [(True, "edema"), (False, "no edema"), (None, "edema not known")])
def test_edema_is_told_even_when_it_is_not_known(edema: bool | None, said: str):
    line = worklist_text(document(edema=edema)).splitlines()[1]
    assert line == f"       L1: INDETERMINATE / BKP_FAVOURED, loss 34 ± 13 %, {said}"
