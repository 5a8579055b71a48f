"""Records of one file that speak of one patient share their dangers; encodings and kinds of files."""

import datetime
from pathlib import Path

import pytest

from vcfimg.clinical import ClinicalInputs, LevelInputs, read_clinical
from vcfimg.clinical.read_records import share_dangers


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


NO = ClinicalInputs(patient_id="P", infection=False, exam_date=day("2026-01-05"), levels={"T12": LevelInputs(escc="0")})


@pytest.mark.parametrize("exam", [None, "2026-02-20", "2025-12-01"])
def test_records_of_one_patient_and_time_share_a_danger_and_say_conflict(exam: str | None) -> None:
    date = None if exam is None else day(exam)
    levels = {"T12": LevelInputs(escc="2", loss_percent=50)}
    yes = ClinicalInputs(patient_id=" p", infection=True, exam_date=date, levels=levels)
    first, second = share_dangers([NO, yes])
    assert (first.infection, first.conflicts) == (True, ("infection", "levels.T12.escc"))
    assert first.levels == {"T12": LevelInputs(escc="2")}
    assert second == yes


@pytest.mark.parametrize(
    "other",
    [
        ClinicalInputs(patient_id="Q", infection=True),
        ClinicalInputs(patient_id="P", accession_number="A", infection=True),
        ClinicalInputs(patient_id="P", infection=True, exam_date=day("2025-01-05")),
        ClinicalInputs(infection=True),
    ],
)
def test_records_of_others_and_of_other_times_do_not(other: ClinicalInputs) -> None:
    assert share_dangers([NO, other]) == (NO, other)


@pytest.mark.parametrize("name", ["c.csv", "c.tsv", "c", "c.txt"])
def test_a_table_in_cp1252_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes("patient_id\tage\nMü\t65,5\n".encode("cp1252"))
    assert read_clinical(path).records == (ClinicalInputs(patient_id="Mü", age=65.5),)
