import json
from pathlib import Path

import pytest

from tests.reports import examples
from vcfimg.errors import ReportError
from vcfimg.reports import iter_results, read_result
from vcfimg.reports.result_file import write_result
from vcfimg.result import ScreeningResult


def hostile() -> ScreeningResult:
    """Dangerous text wherever a result may hold text; its dates are dates, as a scan leaves them."""
    found, plain = examples.hostile(), examples.result()
    return found.model_copy(
        update={
            "study": found.study.model_copy(update={"study_date": plain.study.study_date}),
            "provenance": found.provenance.model_copy(update={"as_of": plain.provenance.as_of}),
        }
    )


@pytest.mark.parametrize("make", [examples.result, examples.healthy, examples.no_stir, examples.failed, hostile])
def test_a_written_result_is_read_back_equal(tmp_path: Path, make) -> None:
    assert read_result(write_result(make(), tmp_path)) == make()


def test_a_study_folder_is_accepted(tmp_path: Path) -> None:
    write_result(examples.healthy(), tmp_path)
    assert read_result(tmp_path) == examples.healthy()


def test_unknown_is_null(tmp_path: Path) -> None:
    document = json.loads(write_result(examples.no_stir(), tmp_path).read_text("utf-8"))
    border = document["vertebrae"][0]
    assert border["loss_percent"]["index"] is None
    assert border["stir"]["edema"] is None
    assert border["quality"]["measured"] is False
    assert document["priority"]["class"] == "urgent"
    assert document["clinical"] is None


def test_a_missing_file_has_a_code(tmp_path: Path) -> None:
    with pytest.raises(ReportError) as caught:
        read_result(tmp_path / "none.json")
    assert caught.value.code == "result_not_found"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"not json"])
def test_what_is_no_json_has_a_code(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "result.json").write_bytes(content)
    with pytest.raises(ReportError) as caught:
        read_result(tmp_path)
    assert caught.value.code == "result_unreadable"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"status": "fine"}, "status"),
        ({"surprise": 1}, "surprise"),
        ({"schema_version": "one"}, "schema_version"),
        ({"schema_version": "0.9"}, "schema_version"),
        ({"schema_version": 1.1}, "schema_version"),
        ({"study": {"patient_id": "PAT-0042"}}, "study.study_instance_uid"),
    ],
)
def test_a_wrong_key_is_named_without_its_value(tmp_path: Path, change: dict, where: str) -> None:
    document = json.loads(examples.healthy().to_json()) | change
    (tmp_path / "result.json").write_text(json.dumps(document))
    with pytest.raises(ReportError, match=where) as caught:
        read_result(tmp_path)
    assert caught.value.code == "result_invalid"
    assert "PAT-0042" not in caught.value.message


def test_a_later_schema_is_refused_with_what_to_do(tmp_path: Path) -> None:
    document = json.loads(examples.healthy().to_json()) | {"schema_version": "1.10", "key_of_the_future": 1}
    (tmp_path / "result.json").write_text(json.dumps(document))
    with pytest.raises(ReportError, match=r"schema 1\.10.*update vcfimg") as caught:
        read_result(tmp_path)
    assert caught.value.code == "result_too_new"


@pytest.mark.parametrize("content", [b"[]", b"7", b'"text"', b"null"])
def test_what_is_no_object_has_a_code(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "result.json").write_bytes(content)
    with pytest.raises(ReportError) as caught:
        read_result(tmp_path)
    assert caught.value.code == "result_invalid"


def test_results_are_found_lazily_and_bad_ones_reported(tmp_path: Path) -> None:
    for uid in ("1.1", "1.2", "1.3"):
        write_result(examples.result(study=examples.study(uid)), tmp_path / "studies" / uid)
    (tmp_path / "studies" / "1.2" / "result.json").write_text("{")
    (tmp_path / "studies" / "empty").mkdir()
    bad = []
    found = iter_results(tmp_path, on_error=lambda path, error: bad.append((path.parent.name, error.code)))
    assert next(found).study.study_instance_uid == "1.1"
    assert bad == []
    assert [result.study.study_instance_uid for result in found] == ["1.3"]
    assert bad == [("1.2", "result_unreadable")]
    with pytest.raises(ReportError):
        list(iter_results(tmp_path))


def test_an_output_folder_without_studies_has_no_results(tmp_path: Path) -> None:
    assert list(iter_results(tmp_path)) == []


def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_result(examples.healthy(), tmp_path / "studies" / "1.2.3")
    locked = tmp_path / "studies" / "1.2.4"
    locked.mkdir()
    look = Path.is_file

    def refuse(path: Path) -> bool:
        if path.parent == locked:
            raise PermissionError(13, "Permission denied")
        return look(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    told: list[Path] = []
    found = list(iter_results(tmp_path, on_error=lambda path, error: told.append(path)))
    assert len(found) == 1
    assert told == [locked / "result.json"]
