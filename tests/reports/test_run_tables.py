import csv
import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path

from tests.reports import examples
from vcfimg.base import Note
from vcfimg.reports import rebuild_tables, write, write_tables
from vcfimg.result import ScreeningResult


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def every() -> Iterator[ScreeningResult]:
    yield from (examples.healthy(), examples.failed(), examples.result(), examples.no_stir())


def test_four_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    written = write_tables(every(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(written)
    assert set(written) == {"summary.csv", "worklist.csv", "worklist.json", "index.html"}


def test_the_three_worklists_agree(tmp_path: Path) -> None:
    write_tables(every(), tmp_path)
    expected = ["1.2.826.3.1", "1.2.826.1.1", "1.2.826.4.1", "1.2.826.2.1"]
    assert [row["study_instance_uid"] for row in read_csv(tmp_path / "worklist.csv")] == expected
    document = json.loads((tmp_path / "worklist.json").read_text("utf-8"))
    assert [study["study"]["study_instance_uid"] for study in document["studies"]] == expected
    page = (tmp_path / "index.html").read_text("utf-8")
    assert sorted(expected, key=page.index) == expected


def test_no_more_than_two_results_are_alive_at_a_time(tmp_path: Path) -> None:
    seen: list[weakref.ref[ScreeningResult]] = []
    alive: list[int] = []

    def stream() -> Iterator[ScreeningResult]:
        for number in range(6):
            gc.collect()
            alive.append(sum(reference() is not None for reference in seen))
            result = examples.result(study=examples.study(f"1.{number}"))
            seen.append(weakref.ref(result))
            yield result

    write_tables(stream(), tmp_path)
    assert max(alive) <= 2
    assert len(read_csv(tmp_path / "worklist.csv")) == 6


def test_tables_are_rebuilt_from_the_result_files(tmp_path: Path) -> None:
    for result in every():
        write(result, tmp_path)
    names = ("summary.csv", "worklist.csv", "worklist.json", "index.html")
    write_tables(every(), tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names if name != "summary.csv"}
    rows = read_csv(tmp_path / "summary.csv")
    rebuild_tables(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    again = read_csv(tmp_path / "summary.csv")
    assert sorted(map(str, again)) == sorted(map(str, rows))


def test_an_unreadable_result_is_listed_not_fatal(tmp_path: Path) -> None:
    write(examples.result(), tmp_path)
    write(examples.healthy(), tmp_path)
    (tmp_path / "studies" / "1.2.826.2.1" / "result.json").write_text("{")
    rebuild_tables(tmp_path, problems=[Note(code="unmatched", text="A record fits no study.")])
    problems = json.loads((tmp_path / "worklist.json").read_text("utf-8"))["problems"]
    assert [problem["code"] for problem in problems] == ["unmatched", "result_unreadable"]
    assert "result_unreadable" in (tmp_path / "index.html").read_text("utf-8")


def test_a_study_with_an_unreadable_result_stays_on_the_list(tmp_path: Path) -> None:
    write(examples.result(), tmp_path)
    (path,) = (tmp_path / "studies").glob("*/result.json")
    document = json.loads(path.read_text("utf-8"))
    spoilt = {"1.2.826.7.1": "{", "sha256-" + 64 * "a": "{}"}
    for folder, text in spoilt.items():
        (tmp_path / "studies" / folder).mkdir()
        (tmp_path / "studies" / folder / "result.json").write_text(text)
    path.write_text(json.dumps({**document, "foreign": 1}))
    rebuild_tables(tmp_path)
    own = document["study"]
    worklist = json.loads((tmp_path / "worklist.json").read_text("utf-8"))
    assert worklist["counts"]["unscreened"] == 3
    for study in worklist["studies"]:
        assert (study["status"], study["priority"]["class"]) == ("failed", "unscreened")
        assert study["failure"]["stage"] == "read_result"
        assert study["priority"]["reasons"] == [study["failure"]["message"]]
        assert (tmp_path / study["result"]).is_file()
    by_uid = {study["study"]["study_instance_uid"]: study for study in worklist["studies"]}
    assert set(by_uid) == {own["study_instance_uid"], *spoilt}
    assert by_uid[own["study_instance_uid"]]["study"] == own
    assert "foreign" in by_uid[own["study_instance_uid"]]["failure"]["message"]
    for name in ("worklist.csv", "summary.csv"):
        rows = {row["study_instance_uid"]: row for row in read_csv(tmp_path / name)}
        assert set(rows) == set(by_uid)
        assert {row["priority_class"] for row in rows.values()} == {"unscreened"}
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "Could not be screened" in page
    assert all(uid in page for uid in by_uid)


def test_a_result_that_names_another_study_is_listed_by_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "studies" / "1.2.826.7.2"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps({"study": {"study_instance_uid": "1.9", "patient_id": "OTHER"}}))
    rebuild_tables(tmp_path)
    (study,) = json.loads((tmp_path / "worklist.json").read_text("utf-8"))["studies"]
    assert study["study"]["study_instance_uid"] == "1.2.826.7.2"
    assert study["study"]["patient_id"] is None


def test_skipped_files_are_added_up(tmp_path: Path) -> None:
    write_tables(every(), tmp_path, skipped_files={"not_dicom": 2, "other_modality": 1})
    document = json.loads((tmp_path / "worklist.json").read_text("utf-8"))
    assert document["skipped_files"] == {"not_dicom": 6, "other_modality": 1}


def test_hostile_cells_are_neutralised_and_negative_numbers_kept(tmp_path: Path) -> None:
    formula = "=HYPERLINK(A1)"
    dangerous = examples.result(
        study=examples.StudyInfo(
            study_instance_uid="1.2.3", patient_id="-5", accession_number=formula, study_date="@SUM(A1)"
        ),
        vertebrae=(examples.vertebra(1, "T12", loss=-3.5),),
        recommendations=(),
        priority=examples.priority("soon", 1.0, "+1+1"),
    )
    write_tables([dangerous, examples.hostile()], tmp_path)
    (row, *_) = (r for r in read_csv(tmp_path / "summary.csv") if r["study_instance_uid"] == "1.2.3")
    assert (row["patient_id"], row["accession_number"], row["study_date"]) == ("'-5", f"'{formula}", "'@SUM(A1)")
    assert row["loss_index_percent"] == "-3.5"
    for name in ("summary.csv", "worklist.csv"):
        for line in read_csv(tmp_path / name):
            for value in line.values():
                assert value[:1] not in ("=", "+", "@", "\t", "\r")
                assert value[:1] != "-" or float(value) < 0


def test_no_study_at_all_still_gives_tables(tmp_path: Path) -> None:
    write_tables([], tmp_path)
    assert read_csv(tmp_path / "worklist.csv") == []
    assert "No study was found" in (tmp_path / "index.html").read_text("utf-8")
