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
    for key in ("status", "failure", "series", "levels", "recommendations", "priority", "provenance"):
        assert after[key] == before[key]
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
