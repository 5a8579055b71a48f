import copy
import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from vcfimg.errors import ReportError
from vcfimg.policy import load_policy
from vcfimg.reports import read_result, rebuild_tables
from vcfimg.reports.upgrade import NEWEST, STEPS, lift
from vcfimg.result import ScreeningResult
from vcfimg.screening.redecide import kept_clinical, kept_levels, redecide
from vcfimg.series_id import SeriesId

STORED = Path(__file__).parent / "stored"
"""Results as earlier versions wrote them, made of phantoms; fewer vertebrae and digits to keep them small."""

FILES = sorted(STORED.glob("*/*.json"))


def stored(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def kept(was: Any, now: Any) -> Any:
    """What ``now`` holds under the keys of ``was``."""
    if isinstance(was, dict):
        return {key: kept(value, now[key]) for key, value in was.items()}
    if isinstance(was, list):
        return [kept(one, other) for one, other in zip(was, now, strict=True)]
    return now


def output_of(version: str, folder: Path) -> list[str]:
    """An output folder with the stored results of one schema; the UIDs of its studies."""
    uids = []
    for path in sorted((STORED / version).glob("*.json")):
        uid = stored(path)["study"]["study_instance_uid"]
        (folder / "studies" / uid).mkdir(parents=True)
        shutil.copy(path, folder / "studies" / uid / "result.json")
        uids.append(uid)
    return sorted(uids)


def test_every_schema_before_this_one_has_a_step_and_stored_results() -> None:
    assert ScreeningResult.model_fields["schema_version"].default == NEWEST
    before, after = [step[0] for step in STEPS], [step[1] for step in STEPS]
    assert after[:-1] == before[1:]
    assert {path.parent.name for path in FILES} >= set(before)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_stored_result_is_read_without_loss(path: Path) -> None:
    before = stored(path)
    result = read_result(path)
    after = json.loads(result.to_json())
    assert (before["schema_version"], after["schema_version"]) == (path.parent.name, NEWEST)
    # Keys that later versions add say nothing else.
    assert {name: after["study"][name] for name in before["study"]} == before["study"]
    for key in ("status", "failure", "series", "priority", "provenance"):
        assert kept(before[key], after[key]) == before[key]
    for was, now in zip(before["recommendations"], after["recommendations"], strict=True):
        assert kept(was, now) == was
    heights = [vertebra["height_mm"] for vertebra in before["vertebrae"]]
    assert [vertebra["height_mm"] for vertebra in after["vertebrae"]] == heights


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_lifting_is_pure_and_happens_once(path: Path) -> None:
    document = stored(path)
    kept = copy.deepcopy(document)
    lifted = lift(document)
    assert document == kept
    assert lift(lifted) is lifted


def test_stack_of_schema_1_0_becomes_a_field_of_its_own() -> None:
    before = stored(STORED / "1.0" / "dixon.json")
    uid, stack = before["raw"]["reference_series"].split("#")
    water = SeriesId(series_instance_uid=uid, stack=stack)
    result = read_result(STORED / "1.0" / "dixon.json")
    assert result.raw is not None
    assert result.raw.reference_series == water
    for vertebra in (*result.vertebrae, *result.raw.vertebrae):
        assert vertebra.measured_on == water
        assert {one.series_id for one in vertebra.by_series} == {water}
    assert {one.series_id for vertebra in result.raw.vertebrae for one in vertebra.signals} == {water}
    assert {one.series_id for one in result.raw.series} == {water}


def test_what_stood_in_sentences_of_schema_1_0_stands_in_fields() -> None:
    first, second = read_result(STORED / "1.0" / "decided.json").recommendations
    assert (first.level, second.level) == ("T12", "L3")
    assert first.loss.origin == "image"
    assert first.loss.percent == pytest.approx(46.628)
    assert first.loss.uncertainty == pytest.approx(13.416)
    assert (first.edema.answer, first.edema.image, first.edema.reader) == (True, True, None)
    assert (first.edema.origin, first.edema.seen, first.edema.remarks) == ("image", True, ())
    steps = {step.rule: step for step in second.trace}
    assert (steps["G6.exam"].gate, steps["G6.exam"].answer) == ("G6", False)
    assert (steps["G3.surgeon"].gate, steps["G3.surgeon"].answer) == ("G3", False)
    assert (steps["status"].gate, steps["status"].answer) == (None, None)


def test_heading_of_schema_1_0_is_dropped_where_the_page_has_its_own() -> None:
    assert any(note["text"].startswith("Guidance") for note in stored(STORED / "1.0" / "decided.json")["notes"])
    notes = read_result(STORED / "1.0" / "decided.json").notes
    assert not any(note.text.startswith("Guidance") for note in notes)


def test_remark_behind_an_answer_of_schema_1_0_becomes_a_field() -> None:
    document = stored(STORED / "1.0" / "decided.json")
    for step in document["recommendations"][0]["trace"]:
        if step["rule"] == "G6.edema":
            step["outcome"] = "unknown; the image shows none, which a reader must confirm; the MRI is too old"
            step["inputs"] |= {"stir_edema": {"value": False, "from": "stale"}}
    edema = lift(document)["recommendations"][0]["edema"]
    assert edema["remarks"] == ["the image shows none, which a reader must confirm", "the MRI is too old"]
    assert (edema["answer"], edema["reader"], edema["origin"]) == (None, False, "reader")


@pytest.mark.parametrize("entry", [None, 48, "48", {}, {"value": "48"}, {"value": True, "from": "reader"}])
def test_trace_of_another_form_gives_unknown(entry: object) -> None:
    document = stored(STORED / "1.0" / "decided.json")
    for one in document["recommendations"]:
        inputs = {"loss_percent": entry, "stir_edema": entry}
        one["trace"] = [{**step, "inputs": inputs} for step in one["trace"] if step["rule"] == "preference.collapse"]
    for one in lift(document)["recommendations"]:
        assert one["loss"] == {"percent": None, "uncertainty": None, "origin": "unknown"}
        assert (one["edema"]["answer"], one["edema"]["origin"]) == (None, "unknown")


def test_warnings_of_schema_1_0_become_notes() -> None:
    before = stored(STORED / "1.0" / "ok.json")
    before["levels"]["warnings"] = ["levels_unnamed: nobody: knows", "bare_code"]
    before["spine"]["notes"] = ["substitute: edema was read on dixon_water instead of STIR"]
    before["raw"]["warnings"] = [["moved", "t1 lies 4 mm away: from t2"]]
    after = lift(before)
    assert [(one["code"], one["text"]) for one in after["levels"]["warnings"]] == [
        ("levels_unnamed", "nobody: knows"),
        ("bare_code", "bare_code"),
    ]
    assert [one["code"] for one in after["spine"]["notes"]] == ["substitute"]
    assert [(one["code"], one["text"]) for one in after["raw"]["warnings"]] == [("moved", "t1 lies 4 mm away: from t2")]
    ScreeningResult.model_validate(after)


def test_old_result_is_decided_again() -> None:
    old = read_result(STORED / "1.0" / "ok.json")

    again = redecide(
        old,
        clinical=kept_clinical(old),
        levels=kept_levels(old),
        policy=load_policy(),
        as_of=datetime.date(2026, 1, 10),
    )
    assert [one.id for one in again.vertebrae] == [one.id for one in old.vertebrae]
    assert any(one.stir.edema is not None for one in again.vertebrae)


def test_output_folder_of_an_older_version_keeps_every_study(tmp_path: Path) -> None:
    uids = output_of("1.0", tmp_path)
    rebuild_tables(tmp_path)
    document = json.loads((tmp_path / "worklist.json").read_text("utf-8"))
    assert sorted(one["study"]["study_instance_uid"] for one in document["studies"]) == uids
    assert document["problems"] == []
    assert "read_result" not in {(one["failure"] or {}).get("stage") for one in document["studies"]}


@pytest.mark.parametrize("spoilt", [{"vertebrae": None}, {"series": [1]}, {"raw": {"vertebrae": 3}}, {"raw": []}])
def test_document_that_breaks_its_own_schema_has_a_code(spoilt: dict[str, Any]) -> None:
    with pytest.raises(ReportError) as caught:
        lift({**stored(STORED / "1.0" / "ok.json"), **spoilt})
    assert caught.value.code == "result_invalid"
