"""Reading clinical inputs as a table."""

import time
from pathlib import Path

import pytest

from vcfimg.clinical import ClinicalFile, ClinicalInputs, LevelInputs, SharedLevelInputs, read_clinical
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
    assert first.model_dump(exclude_none=True, exclude={"remarks", "unread"}, mode="json") == {
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


@pytest.mark.parametrize("rows", ["P,false,T12\nP,ja,L1\n", "P,1,T12\nP,NEIN,L1\n"])
def test_rows_that_differ_in_a_danger_give_the_danger_and_a_conflict(tmp_path: Path, rows: str) -> None:
    file = read(tmp_path, f"patient_id,infection,level\n{rows}Q,false,\n")
    assert file.errors == ()
    first = file.records[0]
    assert (first.infection, first.refused, first.conflicts) == (True, False, ("infection",))
    assert list(first.levels) == ["T12", "L1"]
    assert file.records[1] == ClinicalInputs(patient_id="Q", infection=False)


def test_rows_of_a_level_that_differ_in_a_danger_give_the_worse_and_a_conflict(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,level,escc\nP,T12,0\nP,Th12,3\nP,T12,1\nP,D12,\n")
    assert file.errors == ()
    assert file.records[0].levels == {"T12": LevelInputs(escc="3")}
    assert file.records[0].conflicts == ("levels.T12.escc",)


@pytest.mark.parametrize(("column", "values"), [("age", "65,66"), ("pain_vas", "3,7"), ("sex", "F,M")])
def test_rows_that_differ_in_anything_else_are_an_error(tmp_path: Path, column: str, values: str) -> None:
    first, second = values.split(",")
    file = read(tmp_path, f"patient_id,{column},level\nP,{first},T12\nP,{second},L1\n")
    (error,) = file.errors
    assert (error.file, error.patient, error.field) == ("clinical.csv", "P", column)
    assert "line 3" in error.message
    assert file.records[0].refused


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
        ("infection", "perhaps"),
        ("cancer", "x"),
        ("age", "65 m"),
        ("age", "1,500"),
        ("age", "0x41"),
        ("age", "inf"),
        ("age", "1e999"),
        ("age", "١٢"),
        ("age", "1_0"),
        ("pain_vas", "11"),
        ("sex", "x"),
        ("planned_levels", "2.5"),
        ("pain_vas_date", "02.01.2026"),
        ("pain_vas_date", "1/2/2026"),
        ("exam_levels", "T12-L1"),
        ("exam_levels", "T12;L9"),
        ("accession_number", "a\tb"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, column: str, value: str) -> None:
    file = read(tmp_path, f'patient_id,{column}\nP,"{value}"\nQ,\n')
    assert {(error.patient, error.field) for error in file.errors} == {("P", column)}
    assert [record.refused for record in file.records] == [column != "infection", False]


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("level", "L9", "levels.L9"),
        ("stir_edema", "perhaps", "levels.T12.stir_edema"),
        ("loss_percent", "48 mm", "levels.T12.loss_percent"),
        ("escc", "1d", "levels.T12.escc"),
    ],
)
def test_a_bad_level_cell_is_named(tmp_path: Path, column: str, value: str, field: str) -> None:
    row = {"patient_id": "P", "level": "T12", column: value}
    (error,) = read(tmp_path, ",".join(row) + "\n" + ",".join(row.values()) + "\n").errors
    assert error.field == field


def test_an_unknown_column_is_listed_where_it_holds_something(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,vas,infection\nP,8,true\nQ,,false\n")
    assert file.errors == ()
    assert [(one.patient, one.field) for one in file.unread] == [("P", "vas")]
    assert [record.unread for record in file.records] == [("vas",), ()]


def test_a_column_that_misses_a_dangers_name_is_an_error_and_its_danger_is_kept(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,infecton,level,ecsc,posterolaterl\nP,ja,T12,,bilateral\nQ,,,,\n")
    assert [(error.patient, error.field) for error in file.errors] == [("P", "infecton"), ("P", "posterolaterl")]
    assert file.records[0].infection is True
    assert file.records[0].levels["T12"].posterolateral == "bilateral"
    assert not file.records[1].refused


def test_a_column_that_names_a_danger_leaves_its_fact_open(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,cord signs,clinical_cord_compression\nP,see letter,false\nQ,,false\n")
    assert file.records[0].clinical_cord_compression is None
    assert file.records[0].unreadable_dangers == ("clinical_cord_compression",)
    assert file.records[1].clinical_cord_compression is False


def test_a_row_for_all_levels(tmp_path: Path) -> None:
    file = read(tmp_path, "patient_id,level,escc,surgeon_stable,age\nP,all,0,,65\nP,other,1a,,\nP,T12,2,no,\n")
    assert file.errors == ()
    assert file.records == (
        ClinicalInputs(
            patient_id="P",
            age=65,
            all_levels=SharedLevelInputs(escc="0"),
            other_levels=SharedLevelInputs(escc="1a"),
            levels={"T12": LevelInputs(escc="2", surgeon_stable=False)},
        ),
    )


def test_a_german_spreadsheet(tmp_path: Path) -> None:
    header = "Patient_ID;Age;Sex;Pain VAS;Infection;Primaries;level;loss_percent"
    text = f"{header}\nMü-1;65,5;w;7,5;FALSCH;Mammakarzinom;Th 12;48,5\n"
    expected = ClinicalInputs(
        patient_id="Mü-1",
        age=65.5,
        sex="F",
        pain_vas=7.5,
        infection=False,
        primaries=("Mammakarzinom",),
        levels={"T12": LevelInputs(loss_percent=48.5)},
    )
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        file = read(tmp_path, text, encoding=encoding)
        assert (file.records, file.errors, file.unread) == ((expected,), (), ())


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


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_table_of_far_too_many_columns_is_refused_at_once(tmp_path, mark) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("patient_id" + mark + mark.join(f"column{i}" for i in range(100_000)) + "\nP1\n")
    started = time.process_time()
    with pytest.raises(ClinicalInputError, match="more than 1000 columns"):
        read_clinical(path)
    assert time.process_time() - started < 5
