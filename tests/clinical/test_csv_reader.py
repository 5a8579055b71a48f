"""Reading clinical inputs as a table."""

from pathlib import Path

import pytest

from vcfimg.clinical import ClinicalFile, ClinicalInputs, LevelInputs, read_clinical
from vcfimg.clinical.csv_reader import LEVEL_COLUMNS, PATIENT_COLUMNS
from vcfimg.errors import ClinicalInputError


def read(tmp_path: Path, text: str, *, encoding: str = "utf-8") -> ClinicalFile:
    path = tmp_path / "clinical.csv"
    path.write_bytes(text.encode(encoding))
    return read_clinical(path)


def test_patient_and_level_columns_do_not_share_names() -> None:
    assert not set(PATIENT_COLUMNS) & {*LEVEL_COLUMNS, "level"}


def test_a_row_per_patient_and_level(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "patient_id,age,sex,cancer,primaries,exam_levels,pain_vas,pain_vas_date,planned_levels,level,index,escc,"
        "loss_percent\n"
        "P,65,F,true,breast;thyroid,T12;L1,7.5,2026-01-02,2,T12,true,1a,48\n"
        "P,,,,,,,,,L1,false,0,12.5\n"
        "Q,,,false,,,,,,,,,\n",
    )
    assert file.errors == ()
    first, second = file.records
    assert first.model_dump(exclude_none=True, mode="json") == {
        "patient_id": "P",
        "age": 65.0,
        "sex": "F",
        "cancer": True,
        "primaries": ["breast", "thyroid"],
        "exam_levels": ["T12", "L1"],
        "pain_vas": 7.5,
        "pain_vas_date": "2026-01-02",
        "planned_levels": 2,
        "levels": {
            "T12": {"index": True, "escc": "1a", "loss_percent": 48.0},
            "L1": {"index": False, "escc": "0", "loss_percent": 12.5},
        },
    }
    assert second == ClinicalInputs(patient_id="Q", cancer=False)


def test_empty_is_unknown(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,infection,level,escc\nP, ,T12,\n")
    assert file.records == (ClinicalInputs(patient_id="P", levels={"T12": LevelInputs()}),)


def test_repeated_patient_columns_may_agree(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,age,level\nP,65,T12\nP,65.0,L1\n")
    assert file.errors == ()
    assert list(file.records[0].levels) == ["T12", "L1"]


def test_differing_patient_columns_are_an_error_and_the_danger_is_kept(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,infection,level\nP,false,T12\nP,true,L1\nQ,false,\n")
    (error,) = file.errors
    assert (error.file, error.patient, error.field) == ("clinical.csv", "P", "infection")
    assert "line 3" in error.message
    named = {"T12": LevelInputs(), "L1": LevelInputs()}
    assert file.records[0] == ClinicalInputs(patient_id="P", infection=True, levels=named, refused=True)
    assert file.records[1] == ClinicalInputs(patient_id="Q", infection=False)


def test_differing_level_columns_are_an_error_and_the_danger_is_kept(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,level,escc\nP,T12,0\nP,T12,3\nP,T12,\n")
    (error,) = file.errors
    assert error.field == "levels.T12.escc"
    assert file.records[0].levels == {"T12": LevelInputs(escc="3")}


def test_level_facts_without_level_are_an_error(tmp_path: Path) -> None:
    (error,) = read(tmp_path, "patient_id,level,escc\nP,,3\n").errors
    assert (error.patient, error.field) == ("P", "level")


def test_a_row_without_identifier_is_an_error(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,age,level\nP,65,T12\n,,L1\n")
    (error,) = file.errors
    assert (error.patient, error.field) == (None, "patient_id")
    assert error.message.startswith("line 3: ")
    assert not file.records[0].refused


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("infection", "TRUE"),
        ("infection", "yes"),
        ("infection", "1"),
        ("age", "65 y"),
        ("age", "6,5"),
        ("age", "0x41"),
        ("age", "nan"),
        ("age", "inf"),
        ("age", "1e999"),
        ("age", "١٢"),
        ("age", "1_0"),
        ("pain_vas", "11"),
        ("sex", "f"),
        ("planned_levels", "2.0"),
        ("pain_vas_date", "02.01.2026"),
        ("pain_vas_date", "1/2/2026"),
        ("exam_levels", "T12,L1"),
        ("exam_levels", "T12;L9"),
        ("primaries", "breast;;lung"),
        ("accession_number", "a\tb"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, column: str, value: str) -> None:
    file = read(tmp_path, f'patient_id,{column}\nP,"{value}"\nQ,\n')
    assert {(error.patient, error.field) for error in file.errors} == {("P", column)}
    assert [record.refused for record in file.records] == [True, False]


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("level", "L9", "levels.L9"),
        ("stir_edema", "ja", "levels.T12.stir_edema"),
        ("loss_percent", "48%", "levels.T12.loss_percent"),
        ("escc", "1", "levels.T12.escc"),
    ],
)
def test_a_bad_level_cell_is_named(tmp_path: Path, column: str, value: str, field: str) -> None:
    row = {"patient_id": "P", "level": "T12", column: value}
    (error,) = read(tmp_path, ",".join(row) + "\n" + ",".join(row.values()) + "\n").errors
    assert error.field == field


def test_an_unknown_column_refuses_the_records_and_keeps_dangers(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,vas,infection\nP,8,true\nQ,,false\n")
    assert [(error.patient, error.field) for error in file.errors] == [("P", "vas"), ("Q", "vas")]
    assert file.records[0] == ClinicalInputs(patient_id="P", infection=True, refused=True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheets_export(tmp_path: Path, delimiter: str, newline: str, encoding: str) -> None:
    rows = [["patient_id", "primaries", "level"], ["Mü", '"breast;lung"', "T12"], ["", "", ""]]
    text = newline.join(delimiter.join(row) for row in rows) + newline
    file = read(tmp_path, text, encoding=encoding)
    expected = ClinicalInputs(patient_id="Mü", primaries=("breast", "lung"), levels={"T12": LevelInputs()})
    assert (file.records, file.errors) == ((expected,), ())


def test_a_separator_line_is_obeyed(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=;\r\npatient_id;age\r\nP;65\r\n").records == (ClinicalInputs(patient_id="P", age=65),)


def test_quoted_cells_may_hold_separators_and_quotation_marks(tmp_path: Path) -> None:
    file = read(tmp_path, 'patient_id,primaries\n"P,1","say ""breast"""\n')
    assert file.records[0].patient_id == "P,1"
    assert file.records[0].primaries == ('say "breast"',)


def test_trailing_empty_columns_are_ignored(tmp_path: Path) -> None:
    assert read(tmp_path, "patient_id,age,,\nP,65,,\n").errors == ()


@pytest.mark.parametrize("text", ["patient_id,age\nP,65,T12\n", "patient_id,age,\nP,65,T12\n"])
def test_a_value_outside_the_columns_is_an_error(tmp_path: Path, text: str) -> None:
    file = read(tmp_path, text)
    assert [(error.patient, error.field) for error in file.errors] == [("P", "row")]


def test_formulas_are_text(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,primaries\n=HYPERLINK(1),<script>\n")
    assert (file.records[0].patient_id, file.records[0].primaries) == ("=HYPERLINK(1)", ("<script>",))


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "name,vorname\nx,y\n", "patient_id,age,age\nP,1,2\n", 'patient_id,age\n"P,65\n', "patient_id\0\nP\n",
     'patient_id,age\n"P"x,65\n'],
)  # fmt: skip
def test_a_malformed_table_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(ClinicalInputError, match=r"^clinical\.csv: ") as error:
        read(tmp_path, text)
    assert error.value.code == "malformed_csv"


def test_one_patient_with_two_accession_numbers_is_two_records(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,accession_number,age,level\nP,A1,65,T12\nP,A2,66,L1\nP,A1,,L2\n")
    assert file.errors == ()
    assert [(one.accession_number, list(one.levels)) for one in file.records] == [("A1", ["T12", "L2"]), ("A2", ["L1"])]


def test_later_rows_may_carry_one_of_the_identifiers(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,accession_number,level\nP,,T12\nP,A1,L1\n,A1,L2\n")
    assert file.errors == ()
    assert file.records == (
        ClinicalInputs(
            patient_id="P",
            accession_number="A1",
            levels={"T12": LevelInputs(), "L1": LevelInputs(), "L2": LevelInputs()},
        ),
    )


def test_one_accession_number_for_two_patients_is_an_error(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,accession_number,level\nP,A1,T12\nQ,A1,L1\n")
    assert [error.field for error in file.errors] == ["patient_id"]
    assert file.records[0].refused


def test_a_row_that_fits_two_records_is_an_error(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,accession_number,infection\nP,A1,false\nP,A2,false\nP,,true\n")
    assert [error.field for error in file.errors] == ["accession_number"]
    assert [record.refused for record in file.records] == [False, False, True]
    assert file.records[2].infection is True
