"""Properties of all readers: they agree on the same facts, and nothing but the named error comes out of garbage."""

import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clinical.writers import as_csv, as_fhir, as_json, condition, observation
from vcfimg.clinical import ClinicalFile, ClinicalInputs, LevelInputs, SharedLevelInputs, read_clinical
from vcfimg.clinical.csv_reader import COLUMNS, LEVEL_COLUMNS, PATIENT_COLUMNS
from vcfimg.clinical.dangers import dangers_of, has_danger
from vcfimg.clinical.identifiers import normal_form
from vcfimg.errors import ClinicalInputError
from vcfimg.level_names import LEVELS

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

FLAG = st.none() | st.booleans()
WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12)
NAME = WORD.map(lambda word: word.replace(";", "").replace("\xa0", "").strip()).filter(normal_form)
NAMES = st.lists(NAME, min_size=1, max_size=3, unique=True).map(tuple)
EXAMINED = st.lists(st.sampled_from(LEVELS), min_size=1, max_size=3, unique=True).map(tuple)
GROUP = st.none() | st.builds(
    SharedLevelInputs,
    escc=st.sampled_from(["0", "1b", "2"]),
    posterior_wall=st.sampled_from([None, "intact", "disrupted"]),
)
DATE = st.none() | st.dates(min_value=datetime.date(1990, 1, 1))


def number(low: int, high: int) -> st.SearchStrategy[float | None]:
    return st.none() | st.integers(low * 10, high * 10).map(lambda tenth: tenth / 10)


LEVEL = st.builds(
    LevelInputs,
    index=FLAG,
    surgeon_stable=FLAG,
    collapse=st.sampled_from([None, "none", "under_half", "over_half"]),
    sins_reported=st.none() | st.integers(0, 18),
    prior_rt_fractions=st.none() | st.integers(0, 30),
    escc=st.sampled_from([None, "0", "1a", "1b", "1c", "2", "3"]),
    bone_quality=st.sampled_from([None, "lytic", "mixed", "blastic"]),
    alignment=st.sampled_from([None, "normal", "deformity", "translation"]),
    posterolateral=st.sampled_from([None, "none", "unilateral", "bilateral"]),
    posterior_wall=st.sampled_from([None, "intact", "disrupted"]),
    body_involved_over_half=FLAG,
    instrumented=FLAG,
    prior_rt_gy=number(0, 80),
    fracture_age_weeks=number(0, 100),
    retropulsion_mm=number(0, 20),
    canal_narrowing_percent=number(0, 100),
    stir_edema=FLAG,
    loss_percent=number(-100, 100).filter(lambda loss: loss is None or not 0 < loss < 1),
    loss_uncertainty=number(0, 50),
).filter(lambda level: level != LevelInputs())


@st.composite
def records(draw: st.DrawFn) -> ClinicalInputs:
    """A record that all three ways can express: its dates have the fact they date."""
    vas = draw(number(0, 10))
    examined = draw(st.none() | EXAMINED)
    flags = {
        name: draw(FLAG)
        for name, info in ClinicalInputs.model_fields.items()
        if "bool" in str(info.annotation) and name != "refused"
    }
    return ClinicalInputs(
        age=draw(number(0, 130)),
        sex=draw(st.sampled_from([None, "F", "M", "O"])),
        primaries=draw(st.none() | NAMES),
        latency_years=draw(number(0, 40)),
        pain_vas=vas,
        pain_vas_date=None if vas is None else draw(DATE),
        exam_levels=examined,
        exam_date=None if examined is None else draw(DATE),
        biopsy_result=(biopsy := draw(st.sampled_from([None, "malignant", "benign", "nondiagnostic"]))),
        biopsy_level=None if biopsy is None else draw(st.none() | st.sampled_from(LEVELS)),
        all_levels=draw(GROUP),
        other_levels=draw(GROUP),
        planned_levels=draw(st.none() | st.integers(0, 9)),
        levels=draw(st.dictionaries(st.sampled_from(LEVELS), LEVEL, max_size=3)),
        **flags,
    )


@st.composite
def files(draw: st.DrawFn) -> list[ClinicalInputs]:
    """Records with identifiers of their own."""
    made = draw(st.lists(records(), max_size=3))
    names = draw(st.lists(NAME, min_size=len(made), max_size=len(made), unique_by=normal_form))
    numbered = []
    for number_, (name, record) in enumerate(zip(names, made, strict=True)):
        accession = draw(st.none() | st.just(f"A{number_}"))
        uid = draw(st.none() | st.just(f"1.2.{number_}"))
        identifiers = {"patient_id": name, "accession_number": accession, "study_instance_uid": uid}
        numbered.append(record.model_copy(update=identifiers))
    return numbered


def read(content: bytes | str, suffix: str) -> ClinicalFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clinical{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_clinical(path)


@SETTINGS
@given(files())
def test_json_round_trip(written: list[ClinicalInputs]) -> None:
    file = read(as_json(written), ".json")
    assert (file.records, file.errors, file.unread) == (tuple(written), (), ())


@SETTINGS
@given(files(), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_csv_says_the_same(written: list[ClinicalInputs], delimiter: str, newline: str) -> None:
    file = read(as_csv(written, delimiter, newline), ".csv")
    assert (file.records, file.errors) == (tuple(written), ())


@SETTINGS
@given(files())
def test_fhir_says_the_same(written: list[ClinicalInputs]) -> None:
    file = read(json.dumps(as_fhir(written)), ".json")
    assert (file.records, file.errors) == (tuple(written), ())


def survives(content: bytes | str, suffix: str) -> ClinicalFile | None:
    try:
        file = read(content, suffix)
    except ClinicalInputError:
        return None
    assert all(one.file == f"clinical{suffix}" and one.field and one.message for one in file.errors)
    assert bool(file.errors) >= any(record.refused for record in file.records)
    assert bool(file.unread) >= any(record.unread for record in file.records)
    for record in file.records:
        if record.refused:
            assert dangers_of(record) == record
    return file


SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["T12", "2", "3", "lytic", "translation", "F", "2026-01-02", "L9"])
)
KEY = st.sampled_from([*PATIENT_COLUMNS, *LEVEL_COLUMNS, "levels", "refused", "patients", "T12", "L9"]) | st.text(
    max_size=4
)
ANY_JSON = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=6), max_leaves=12
)


@SETTINGS
@given(st.binary(max_size=200), st.sampled_from([".json", ".csv", "", ".txt"]))
def test_bytes_raise_only_the_named_error(content: bytes, suffix: str) -> None:
    survives(content, suffix)


@settings(SETTINGS, max_examples=300)
@given(st.lists(ANY_JSON, max_size=3))
def test_any_json_raises_only_the_named_error(patients: list[Any]) -> None:
    file = survives(json.dumps(patients), ".json")
    assert file is not None
    assert len(file.records) == len(patients)


@settings(SETTINGS, max_examples=200)
@given(st.lists(st.lists(KEY | SCALAR.map(str) | st.sampled_from(sorted(COLUMNS)), max_size=6), max_size=5))
def test_any_table_raises_only_the_named_error(rows: list[list[str]]) -> None:
    text = "\n".join(
        ",".join(cell.replace("\0", "") for cell in row) for row in [["patient_id", "level", "age"], *rows]
    )
    survives(text.encode("utf-8", "replace"), ".csv")


RESOURCE = st.builds(
    lambda made, changes: {**made, **changes},
    st.sampled_from(
        [
            {"resourceType": "Patient", "id": "p0"},
            observation("infection", True),
            observation("pain_vas", 7, when="2026-01-02"),
            observation("escc", "2", level="T12"),
            observation("exam_levels", True, level="T12"),
            condition("cancer"),
            condition("C50.9", system="http://hl7.org/fhir/sid/icd-10"),
        ]
    ),
    st.dictionaries(
        st.sampled_from(
            (
                *("status", "code", "subject", "valueQuantity", "valueBoolean", "bodySite", "id", "identifier"),
                *("birthDate", "effectiveDateTime", "effectivePeriod", "clinicalStatus", "verificationStatus"),
                *("referenceRange", "valueCodeableConcept", "modifierExtension", "resourceType", "gender"),
            )
        ),
        st.recursive(
            SCALAR,
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["coding", "system", "code", "value", "reference", "low", "high", "start", "type"]),
                    inner,
                    max_size=3,
                )
            ),
            max_leaves=6,
        ),
        max_size=3,
    ),
)


@settings(SETTINGS, max_examples=300)
@given(st.lists(RESOURCE, max_size=4))
def test_any_bundle_raises_only_the_named_error(resources: list[dict[str, Any]]) -> None:
    entries = [{"resource": one} for one in ({"resourceType": "Patient", "id": "p0"}, *resources)]
    file = survives(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), ".json")
    assert file is not None
    assert file.records


@SETTINGS
@given(records())
def test_a_bad_field_beside_them_never_loses_a_danger(record: ClinicalInputs) -> None:
    written = json.loads(as_json([record]))
    written["patients"][0]["pain_vas_date"] = "no such day"
    record = record.model_copy(update={"pain_vas_date": None})
    file = read(json.dumps(written), ".json")
    assert [error.field for error in file.errors] == ["pain_vas_date"]
    assert file.records == (dangers_of(record),)
    assert has_danger(file.records[0]) == has_danger(record)
