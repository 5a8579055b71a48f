from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import COLUMNS, ROWS, mr, uid, write, write_series
from tests.loaders.remembered_scan import scan
from tests.loaders.written_stacks import write_stack
from vcfimg.loaders import inspect_study
from vcfimg.loaders.choose import choose_series
from vcfimg.loaders.stacks.assemble_studies import SHARED_UIDS
from vcfimg.policy import load_policy


def test_copies_are_counted_and_left_aside(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_series(tmp_path / folder)
    found = scan(tmp_path)
    assert found.counts() == {"duplicate": 5}
    assert len(found.studies[0].series[0].frames) == 5


def test_the_first_in_path_order_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "b", mr())
    write(tmp_path / "a", mr())
    found = scan(tmp_path)
    assert [Path(file.path).name for file in found.skipped] == ["b"]


def test_the_same_image_sent_again_with_another_header_is_told_apart_from_a_copy(tmp_path: Path) -> None:
    write(tmp_path / "a", mr())
    write(tmp_path / "b", mr(SeriesDescription="t2 sag corrected"))
    found = scan(tmp_path)
    assert found.counts() == {"duplicate_differs": 1}
    assert found.studies[0].series[0].problems == ()


def test_other_pixels_under_the_same_uid_differ(tmp_path: Path) -> None:
    write(tmp_path / "a", mr())
    write(tmp_path / "b", mr(PixelData=b"\x01\x00" * ROWS * COLUMNS))
    assert scan(tmp_path).counts() == {"duplicate_differs": 1}


def test_images_of_different_places_under_one_uid_make_the_series_unusable(tmp_path: Path) -> None:
    write_series(tmp_path / "good", "t1")
    write_series(tmp_path / "bad", "t2", SOPInstanceUID="1.2.3")
    found = scan(tmp_path)
    assert found.counts() == {"duplicate_differs": 4}
    choice = choose_series(found.studies[0], policy=load_policy())
    assert [series.role for series in choice.used] == ["t1"]
    (refused,) = (info for info in choice.series if info.role == "t2")
    assert refused.code == "duplicate_conflict"


def test_a_damaged_copy_does_not_replace_the_good_file(tmp_path: Path) -> None:
    write_series(tmp_path / "good", "t2")
    clean = scan(tmp_path)
    original = (tmp_path / "good" / "t2" / "002").read_bytes()
    # sorted before the good file, its orientation damaged
    (tmp_path / "bad").write_bytes(original.replace(b"0.0\\1.0\\0.0\\0.0\\0.0\\-1.0", b"0.0\\1.0\\0.0\\0.5\\0.0\\-1.0"))
    found = scan(tmp_path)
    assert found.studies == clean.studies
    assert [(Path(file.path).name, file.reason) for file in found.skipped] == [("bad", "duplicate_differs")]


def test_a_copy_that_is_cut_off_in_its_compressed_pixels_does_not_replace_the_whole_one(tmp_path: Path) -> None:
    whole = write_stack(tmp_path / "whole", encoding="jpeg_ls")
    for number, path in enumerate(whole):
        data = path.read_bytes()
        (tmp_path / f"{number}").write_bytes(data[: int(len(data) * 0.8)])
    found = scan(tmp_path)
    assert found.counts() == {"duplicate_differs": len(whole)}
    (series,) = found.studies[0].series
    assert sorted(series.files) == sorted(whole)


def test_a_copied_study_with_new_study_and_series_uids_is_a_study_of_its_own(tmp_path: Path) -> None:
    for contrast in ("t1", "t2"):
        write_series(tmp_path / "a", contrast)
    alone = scan(tmp_path / "a").studies[0]
    for contrast in ("t1", "t2"):
        for number in range(5):
            path = tmp_path / "a" / contrast / f"{number:03}"
            dataset = pydicom.dcmread(path)
            dataset.StudyInstanceUID, dataset.PatientID = "1.2.3", "ANON"
            dataset.SeriesInstanceUID = f"1.2.3.{contrast[1]}"
            write(tmp_path / "b" / contrast / path.name, dataset)
    found = scan(tmp_path)
    assert found.skipped == ()
    assert {study.study_instance_uid for study in found.studies} == {"1.2.3", alone.study_instance_uid}
    for study in found.studies:
        assert [len(series.frames) for series in study.series] == [5, 5]
        assert [series.role for series in choose_series(study, policy=load_policy()).used] == ["t1", "t2"]
        assert ["SOP Instance UIDs" in note.text for note in study.warnings] == [True]
    assert alone.warnings == ()


def test_series_that_reuse_the_uids_of_each_other_are_all_used(tmp_path: Path) -> None:
    def reuse(dataset: Dataset, number: int) -> None:
        dataset.SOPInstanceUID = uid("reused", number)

    for contrast in ("t1", "t2", "stir"):
        write_series(tmp_path, contrast, change=reuse)
    write_series(tmp_path, "t2", name="clean", top=900)
    found = scan(tmp_path)
    assert found.skipped == ()
    (study,) = found.studies
    choice = choose_series(study, policy=load_policy())
    assert [series.role for series in choice.used] == ["t2", "t1", "t2", "stir"]
    assert study.warnings[0].text.startswith("3 of 4 series")
    assert sum(SHARED_UIDS in series.classification.evidence for series in study.series) == 3
    assert study.warnings[0].text in [note["text"] for note in inspect_study(study, policy=load_policy())["warnings"]]


def test_a_conflict_in_one_study_leaves_another_with_the_same_uid_alone(tmp_path: Path) -> None:
    write_series(tmp_path / "bad", "t2", SOPInstanceUID="1.2.3")
    write_series(tmp_path / "good", "t2", StudyInstanceUID="1.2", change=first_is("1.2.3"))
    codes = {
        study.study_instance_uid: [note.code for series in study.series for note in series.problems]
        for study in scan(tmp_path).studies
    }
    assert codes == {uid("study"): ["duplicate_conflict"], "1.2": []}


def first_is(instance: str) -> Callable[[Dataset, int], None]:
    def change(dataset: Dataset, number: int) -> None:
        if number == 0:
            dataset.SOPInstanceUID = instance

    return change


@pytest.mark.parametrize(
    ("theirs", "problems"),
    [
        ({"PatientID": "OTHER-1"}, ["mixed_patients"]),
        ({"PatientBirthDate": "19700101"}, ["mixed_patients"]),
        ({"PatientName": "DOE^JANE ", "AccessionNumber": "A2"}, []),
        ({"PatientID": None, "PatientBirthDate": None, "PatientName": "Anon"}, []),
    ],
)
@pytest.mark.parametrize("folders", ["ab", "ba"])
def test_a_copy_that_names_another_patient_stops_the_study(
    tmp_path: Path, theirs: dict[str, str | None], problems: list[str], folders: str
) -> None:
    write_series(tmp_path / folders[0])
    write_series(tmp_path / folders[1], **theirs)
    for _ in range(2):  # read, then remembered
        found = scan([tmp_path / "a", tmp_path / "b"], index=tmp_path / "index")
        assert found.counts() == {"duplicate_differs": 5}
        (study,) = found.studies
        assert [note.code for note in study.problems] == problems
        assert not problems or theirs.get("PatientID") is None or study.patient_id is None


def test_a_copy_with_another_name_stops_the_study_where_nothing_else_tells_patients_apart(tmp_path: Path) -> None:
    nameless: dict[str, str | None] = {"PatientID": None, "PatientBirthDate": None}
    write_series(tmp_path / "a", **nameless)
    write_series(tmp_path / "b", **nameless, PatientName="Other^Person")
    (study,) = scan(tmp_path).studies
    assert [note.code for note in study.problems] == ["mixed_patients"]
