import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.compare_results import compare_folders, main
from tests.reports import examples
from vcfimg.reports import rebuild_tables, write
from vcfimg.result import ScreeningResult

UID = examples.result().study.study_instance_uid


def output(folder: Path, *results: ScreeningResult) -> Path:
    for result in results or (examples.result(), examples.healthy()):
        write(result, folder, formats=("json",))
    rebuild_tables(folder)
    return folder


def edited(folder: Path, change: Any, uid: str = UID) -> Path:
    """The folder with one stored result changed by ``change(document)``."""
    path = folder / "studies" / uid / "result.json"
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    return folder


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return output(tmp_path / "before")


@pytest.fixture
def after(tmp_path: Path) -> Path:
    return output(tmp_path / "after")


def keys(before: Path, after: Path, **options: Any) -> list[str]:
    return [one.key for one in compare_folders(before, after, **options)]


def test_equal_folders_are_equal(before: Path, after: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(before), str(after)]) == 0
    assert capsys.readouterr().out == "2 studies compared, 0 differ; 0 differences\n"


def test_what_every_run_changes_is_not_compared(before: Path, after: Path) -> None:
    def later(document: Any) -> None:
        document["provenance"] |= {"started": "2030-01-01T00:00:00+00:00", "seconds": 99.0, "version": "9.9"}

    assert keys(before, edited(after, later)) == []


def test_difference_is_named_by_study_and_key(before: Path, after: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vertebra = examples.result().vertebrae[1]

    def taller(document: Any) -> None:
        document["vertebrae"][1]["height_mm"]["anterior"] += 0.5

    edited(after, taller)
    assert main([str(before), str(after)]) == 1
    height = vertebra.height_mm.anterior
    assert height is not None
    line = f"{UID}: result.json: vertebrae[{vertebra.id}].height_mm.anterior: {height} -> {height + 0.5}"
    assert line in capsys.readouterr().out


@pytest.mark.parametrize(("tolerance", "expected"), [(0.0, 1), (0.4, 1), (0.6, 0)])
def test_numbers_may_differ_by_the_tolerance(before: Path, after: Path, tolerance: float, expected: int) -> None:
    def taller(document: Any) -> None:
        document["vertebrae"][1]["height_mm"]["anterior"] += 0.5

    assert len(keys(before, edited(after, taller), tolerance=tolerance)) == expected


def test_whole_numbers_and_truth_values_have_no_tolerance(before: Path, after: Path) -> None:
    def other(document: Any) -> None:
        document["vertebrae"][1]["order"] += 1
        document["levels"]["confirmed"] = int(document["levels"]["confirmed"])

    found = keys(before, edited(after, other), tolerance=5.0)
    assert [key.rpartition(".")[2] for key in found] == ["confirmed", "order"]


def test_item_that_is_gone_does_not_shift_the_others(before: Path, after: Path) -> None:
    gone = examples.result().vertebrae[0].id

    assert keys(before, edited(after, lambda document: document["vertebrae"].pop(0))) == [
        f"result.json: vertebrae[{gone}]"
    ]


def test_order_of_a_list_counts(before: Path, after: Path) -> None:
    found = keys(before, edited(after, lambda document: document["vertebrae"].reverse()))
    assert found == ["result.json: vertebrae (order)"]


def test_texts_can_be_set_aside_and_codes_not(before: Path, after: Path) -> None:
    def reworded(document: Any) -> None:
        document["disclaimer"] = "Other words for the same thing."
        document["series"][0]["reason"] = "Other words as well."
        document["priority"]["reasons"].append("One more sentence.")
        document["spine"]["notes"] = ["moved: in other words"]

    edited(after, reworded)
    edited(before, lambda document: document["spine"].update(notes=["moved: in these words"]))
    assert len(keys(before, after)) == 4
    assert keys(before, after, ignore_texts=True) == []
    edited(after, lambda document: document["spine"].update(notes=["still: in other words"]))
    edited(after, lambda document: document["vertebrae"][1]["quality"]["reasons"].append("motion"))
    assert len(keys(before, after, ignore_texts=True)) == 2


def test_patient_is_never_shown(before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    identity = {"patient_id": "ID-SECRET", "accession_number": "ACC-SECRET"}
    study = examples.result().study.model_copy(update=identity)
    other = output(tmp_path / "other", examples.result(study=study))
    for options in ([], ["--json"]):
        assert main([str(before), str(other), *options]) == 1
        shown = capsys.readouterr().out
        assert "study.patient_id" in shown
        assert "SECRET" not in shown
        assert str(examples.result().study.patient_id) not in shown


def test_study_of_one_side_only_is_a_difference(before: Path, tmp_path: Path) -> None:
    found = keys(before, output(tmp_path / "one", examples.result()))
    assert {"result.json", "summary.csv", "worklist.json"} <= set(found)


def test_tables_are_compared(before: Path, after: Path) -> None:
    for name, old, new in (
        ("summary.csv", ",ok,", ",failed,"),
        ("worklist.json", '"status": "ok"', '"status": "failed"'),
    ):
        text = (after / name).read_text("utf-8")
        assert old in text
        (after / name).write_text(text.replace(old, new), "utf-8")
    assert {key.partition(":")[0] for key in keys(before, after)} == {"summary.csv", "worklist.json"}


def test_unreadable_result_is_a_difference(before: Path, after: Path) -> None:
    (after / "studies" / UID / "result.json").write_text("{")
    assert "result.json: unreadable" in keys(before, after)


def test_differences_as_json(before: Path, after: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edited(after, lambda document: document["levels"].update(counted_from="c2"))
    assert main([str(before), str(after), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["equal"] is False
    assert document["counts"] == {"result.json: levels.counted_from": 1}
    (difference,) = document["differences"]
    assert (difference["study"], difference["after"]) == (UID, "c2")


@pytest.mark.parametrize(
    "arguments", [(), ("absent", "absent"), ("before", "absent"), ("before", "before", "--tolerance-mm", "-1")]
)
def test_unusable_arguments_are_exit_2(before: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    given = [str(tmp_path / one) if one in ("absent", "before") else one for one in arguments]
    with pytest.raises(SystemExit) as caught:
        main(given)
    assert caught.value.code == 2
