import base64
import hashlib
from pathlib import Path

import pytest

from tests.reports import examples
from tests.reports.page_reader import Page
from vcfimg.reports import DISCLAIMER
from vcfimg.reports.pages.page_environment import code
from vcfimg.reports.pages.study_page import write_study_page
from vcfimg.reports.pictures.figure_store import Pictures

ALL = [examples.result, examples.healthy, examples.no_stir, examples.failed, examples.hostile]


def source(result, folder: Path, figures=(), stacks=()) -> str:
    return write_study_page(result, folder, Pictures(dict(figures), tuple(stacks))).read_text("utf-8")


@pytest.mark.parametrize("make", ALL)
def test_a_page_fetches_nothing_and_runs_its_own_code_alone(tmp_path: Path, make, figures, stacks) -> None:
    page = Page(source(make(), tmp_path, figures, stacks))
    assert [script.get("type") for script in page.named("script")] == ["application/json", None]
    own = base64.b64encode(hashlib.sha256(code("study").encode()).digest()).decode()
    policy = next(text for text in page.attributes("content") if "default-src" in text)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert f"script-src 'sha256-{own}'" in policy
    assert "unsafe" not in policy
    assert not page.attributes("style")
    assert not page.named("link")
    assert not page.named("iframe")
    assert all(url.startswith("data:image/") for url in page.attributes("src"))
    assert all(url.startswith("#") for url in page.attributes("href"))
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert not any("url(" in style or "@import" in style for tag, style in page.texts if tag == "style")


def test_hostile_text_adds_no_element(tmp_path: Path, figures) -> None:
    def shape(result) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attrs)) for tag, attrs in Page(source(result, tmp_path, figures)).tags]

    assert shape(examples.hostile()) == shape(examples.result(disclaimer="Other words."))


def test_no_markup_from_data_survives(tmp_path: Path, figures) -> None:
    html = source(examples.hostile(), tmp_path, figures)
    assert "<script>alert" not in html
    assert "<img src=http" not in html
    assert "&lt;script&gt;" in html
    assert "\x00" not in html
    assert "\u202e" not in html
    assert "49" not in Page(html).title
    assert "{{ 7*7 }}" in Page(html).text


def test_the_title_holds_no_patient_id(tmp_path: Path) -> None:
    page = Page(source(examples.result(), tmp_path))
    assert "1.2.826.1.1" in page.title
    assert "PAT-0042" not in page.title
    assert "PAT-0042" in page.text


@pytest.mark.parametrize("make", ALL)
def test_every_page_carries_the_disclaimer(tmp_path: Path, make) -> None:
    text = Page(source(make(), tmp_path)).text
    assert DISCLAIMER in text
    assert "Research and education only." in text
    assert "diagnos" not in text.lower()


def test_status_and_preference_stand_together(tmp_path: Path) -> None:
    text = Page(source(examples.no_stir(), tmp_path)).text
    assert "#2 (T12?) Status: Cannot be decided yet Preference: BKP favoured" in text
    assert "Procedure, if augmentation is indicated Significant collapse (48 %)." in text
    assert "is favoured over vertebroplasty (VP), if augmentation is indicated." in text
    first, second = "edema on STIR, as a reader sees it at #2", "pain score (VAS 0–10)"
    assert f"Every fact that is not known {first} {second}" in text
    assert "INDETERMINATE" in text


def test_a_fracture_shows_numbers_reasons_and_trace(tmp_path: Path, figures) -> None:
    text = Page(source(examples.result(), tmp_path, figures)).text
    for words in (
        "48 ± 6 %", "46 % of the body", "grade 3, wedge", "10 of 18", "Significant collapse (48 %).",
        "More cement leakage.", "IMWG 2019 asks for no pain number.", "counted upwards from the sacrum",
        "No person has confirmed them", "Axial, not sagittal.",
        "pain (VAS 0-10) = 8 (clinical record)", "12.5 ± 0.9", "18.5",
        "this project's list of the paper's statements", "L1: an option to discuss.",
        "The STIR moved by 4 mm; corrected.", "can understate collapse",
    ):  # fmt: skip
        assert words in text


def test_a_failed_study_says_so_and_never_looks_normal(tmp_path: Path) -> None:
    text = Page(source(examples.failed(), tmp_path)).text
    assert "This study could not be screened Slice 7 of 11 is missing in the T2 series." in text
    assert text.count("Slice 7 of 11") == 1
    assert "images alone" not in text
    assert "No level was flagged" not in text


def test_a_study_in_which_nothing_was_measured_never_looks_normal(tmp_path: Path) -> None:
    text = Page(source(examples.result(vertebrae=(), recommendations=()), tmp_path)).text
    assert "Nothing could be measured" in text
    assert "No level was flagged" not in text


def test_a_healthy_study_does_not_promise_health(tmp_path: Path) -> None:
    text = Page(source(examples.healthy(), tmp_path)).text
    assert (
        "No level was flagged Of 4 vertebrae seen, height loss is known of 4 and none reaches the limit; "
        "edema was assessed in 4 and none shows it. No level was named in clinical inputs." in text
    )
    assert "This does not exclude a fracture" in text


def test_a_study_without_stir_does_not_say_that_edema_was_looked_for(tmp_path: Path) -> None:
    blind = tuple(examples.vertebra(i, name, edema=None) for i, name in enumerate(examples.LEVELS, start=1))
    text = Page(source(examples.result(vertebrae=blind, recommendations=()), tmp_path)).text
    assert "No level was flagged; edema not known Of 4 vertebrae seen" in text
    assert "none shows it" not in text


def test_images_and_tables_can_be_read_aloud(tmp_path: Path, figures) -> None:
    page = Page(source(examples.result(), tmp_path, figures))
    assert len(page.named("img")) == 2
    assert all(len(attrs.get("alt", "")) > 20 for attrs in page.named("img"))
    assert all("scope" in attrs for attrs in page.named("th"))
    assert page.named("html")[0]["lang"] == "en"


def test_a_page_without_stir_nowhere_denies_edema(tmp_path: Path, figures) -> None:
    page = Page(source(examples.no_stir(), tmp_path, figures))
    assert "no edema" not in page.text
    assert "no collapse, edema not known" in page.text
    assert not any("no edema" in attrs["alt"] for attrs in page.named("img"))


def test_a_long_word_of_a_header_breaks_within_its_cell(tmp_path: Path) -> None:
    long = examples.series()[0].model_copy(update={"description": "Word" * 200, "evidence": ("Word" * 200,)})
    html = source(examples.result(series=(long,), clinical={"primaries": ["Word" * 200]}), tmp_path)
    assert html.count("Word" * 200) == 3
    for part in html.split("Word" * 200)[:-1]:
        assert "free" in part[part.rindex("class=") :].split('"')[1].split()
    assert ".free { overflow-wrap: anywhere;" in html


def test_unknown_is_a_dash_never_zero(tmp_path: Path) -> None:
    page = Page(source(examples.no_stir(), tmp_path))
    text = page.text
    assert "None" not in text.replace("None were given", "")
    assert "nan" not in text.split()


def test_a_number_is_written_as_a_person_writes_it(tmp_path: Path) -> None:
    text = Page(source(examples.result(clinical={"age_years": 65.0, "pain_vas": 7.5}), tmp_path)).text
    assert "65.0" not in text
    assert "65" in text
    assert "7.5" in text


def test_the_legend_explains_points_only_where_some_are_drawn(tmp_path: Path, figures) -> None:
    words = "the six points whose distances"
    assert words in source(examples.result(), tmp_path, figures)
    bare = {
        key: figure.model_copy(update={"bodies": tuple(b.model_copy(update={"points": None}) for b in figure.bodies)})
        for key, figure in figures.items()
    }
    assert words not in source(examples.result(), tmp_path, bare)
