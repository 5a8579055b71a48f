import json
from pathlib import Path

from tests.reports import examples
from tests.reports.page_reader import Page
from vcfimg.base import Note
from vcfimg.reports import DISCLAIMER, write, write_tables


def index(tmp_path: Path, results, **changes) -> Page:
    write_tables(results, tmp_path, **changes)
    return Page((tmp_path / "index.html").read_text("utf-8"))


def test_every_report_is_linked_relatively_and_exists(tmp_path: Path, figures) -> None:
    results = [examples.result(), examples.hostile(), examples.failed()]
    for result in results:
        examples.written(result, tmp_path, figures=figures)
    page = index(tmp_path, results)
    links = page.attributes("href")
    assert len([link for link in links if link.startswith("studies/")]) == 3
    assert all((tmp_path / link).is_file() for link in links)


def test_a_study_without_page_links_to_its_data(tmp_path: Path) -> None:
    write(examples.result(), tmp_path, formats=("json",))
    assert "studies/1.2.826.1.1/result.json" in index(tmp_path, [examples.result()]).attributes("href")


def test_the_page_is_self_contained(tmp_path: Path, figures) -> None:
    examples.written(examples.hostile(), tmp_path, figures=figures)
    page = index(tmp_path, [examples.hostile(), examples.failed(), examples.no_stir()])
    assert [script.get("type") for script in page.named("script")] == ["application/json", None]
    assert not page.attributes("src")
    assert not any(url.startswith(("http", "//", "javascript")) for url in page.attributes("href"))
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    pictures = [row["picture"] for row in json.loads(page.data[0])["rows"]]
    assert sorted((bool(one) and one[:23] for one in pictures), key=str) == [False, False, "data:image/jpeg;base64,"]


def test_unscreened_studies_stand_apart_above_routine(tmp_path: Path) -> None:
    text = index(tmp_path, [examples.healthy(), examples.failed(), examples.result()]).text
    apart, routine = text.index("Could not be screened"), text.index("1.2.826.2.1")
    assert text.index("1.2.826.1.1") < apart < text.index("Slice 7 of 11 is missing") < routine


def test_reasons_counts_and_problems_are_shown(tmp_path: Path) -> None:
    text = index(
        tmp_path,
        [examples.result(), examples.failed()],
        skipped_files={"not_dicom": 3},
        problems=[Note(code="bad_vas", text="clinical.json, record 3: pain_vas 11")],
    ).text
    for words in (
        "T12 is a candidate", "1 study failed", "missing_slice", "clinical.json, record 3: pain_vas 11",
        "Not a DICOM file. not_dicom 5", "loss 48 ± 6 %", DISCLAIMER,
    ):  # fmt: skip
        assert words in text


def test_a_failure_is_told_once_and_ranks_by_nothing(tmp_path: Path) -> None:
    text = index(tmp_path, [examples.failed()]).text
    assert text.count("Slice 7 of 11 is missing in the T2 series.") == 1
    assert "images alone" not in text


def test_unknown_edema_is_not_an_absent_one(tmp_path: Path) -> None:
    blind = tuple(examples.vertebra(i, name, edema=None) for i, name in enumerate(examples.LEVELS, start=1))
    unflagged = examples.result(study=examples.study("1.2"), vertebrae=blind, recommendations=())
    text = index(tmp_path, [examples.no_stir(), unflagged, examples.healthy()]).text
    assert "loss 44 ± 6 % (image) edema not known" in text
    assert text.count("none flagged; edema not known") == 1
    assert text.count("none flagged") == 2


def test_two_vertebrae_without_a_name_keep_their_own_missing_facts(tmp_path: Path) -> None:
    found = tuple(
        examples.recommendation(
            vertebra_id=number, level=None, status="INDETERMINATE", missing=(f"vertebrae.{number}.escc",)
        )
        for number in (2, 3)
    )
    text = index(tmp_path, [examples.no_stir().model_copy(update={"recommendations": found})]).text
    assert "axial T2) at #2" in text
    assert "axial T2) at #3" in text


def test_what_was_not_screened_is_not_assessed(tmp_path: Path) -> None:
    text = index(tmp_path, [examples.failed(), examples.result(vertebrae=(), recommendations=())]).text
    assert text.count("not assessed") == 2
    assert "none flagged" not in text


def test_the_title_holds_no_patient_id(tmp_path: Path) -> None:
    page = index(tmp_path, [examples.result()])
    assert "PAT-0042" not in page.title
    assert "PAT-0042" in page.text


def test_every_cell_has_its_place_on_a_narrow_screen(tmp_path: Path) -> None:
    page = index(tmp_path, [examples.result()])
    (css,) = (text for tag, text in page.texts if tag == "style" and text.strip())
    narrow = css[css.index("@media (max-width: 1000px)") :]
    start = next(place for place, (tag, attrs) in enumerate(page.tags) if attrs.get("class") == "study")
    cells = [attrs["class"].split()[0] for tag, attrs in page.tags[start:] if tag == "td" and "class" in attrs][:5]
    assert cells == ["rank", "which", "why", "levels", "missing"]
    assert all(f".work td.{name} {{ grid-area:" in narrow for name in (*cells, "image"))
    assert "min-width: 1080px" not in css
