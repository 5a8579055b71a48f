"""The worklist page in a browser: ten thousand rows, filtered, sorted, searched, downloaded."""

from pathlib import Path

import pytest

from tests.reports import examples
from tests.reports.browser.chromium import Browser
from vcfimg.reports.pages.index_page import write_index
from vcfimg.reports.tables.list_origin import ListOrigin
from vcfimg.reports.tables.listing import Census
from vcfimg.reports.tables.worklist import WorklistEntry, rank, worklist_entry

STUDIES = 10_000
FAST_MS = 300
DOWNLOAD = """
const done = arguments[0];
URL.createObjectURL = (blob) => { blob.text().then(done); return '#'; };
document.getElementById('download').click();
"""


def entry_of(number: int) -> WorklistEntry:
    makers = (examples.result, examples.healthy, examples.no_stir, examples.failed)
    entry = worklist_entry(makers[number % 4]())
    study = examples.study(f"1.2.3.{number}", date=f"2026-{1 + number % 12:02d}-{1 + number % 28:02d}")
    study = study.model_copy(update={"patient_id": f"P{number:05d}"})
    score = entry.priority.score if entry.status != "ok" else number % 100
    return entry.model_copy(
        update={"study": study, "priority": entry.priority.model_copy(update={"score": float(score)})}
    )


@pytest.fixture(scope="session")
def list_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ranked = rank(entry_of(number) for number in range(STUDIES))
    folder = tmp_path_factory.mktemp("list")
    origin = ListOrigin(made="2026-01-10T09:30:00+00:00")
    return write_index(lambda: ranked, folder, census=Census.of(ranked), origin=origin, skipped_files={}, problems=())


@pytest.fixture
def page(browser: Browser, list_page: Path) -> Browser:
    browser.size(1280, 800)
    browser.colours("light")
    browser.open(list_page)
    browser.until("document.querySelectorAll('tr.study').length")
    return browser


def timed(page: Browser, change: str) -> float:
    """Milliseconds until the list has been laid out again."""
    layout = "document.querySelector('.list').offsetHeight"
    script = f"const start = performance.now(); {change}; {layout}; return performance.now() - start"
    return float(page.run(script))


def search(words: str) -> str:
    return (
        f"const one = document.getElementById('search'); one.value = '{words}'; one.dispatchEvent(new Event('input'))"
    )


def choose(name: str, value: str) -> str:
    return (
        f"const one = document.getElementById('{name}'); one.value = '{value}'; one.dispatchEvent(new Event('change'))"
    )


def shown(page: Browser) -> str:
    return str(page.run("return document.getElementById('shown').textContent"))


def ranks(page: Browser) -> list[int]:
    found = page.run("return [...document.querySelectorAll('tr.study .rank')].map((one) => Number(one.textContent))")
    return [int(one) for one in found]


def test_only_rows_near_the_view_are_drawn(page: Browser) -> None:
    assert shown(page) == f"{STUDIES} of {STUDIES} shown"
    assert 3 < len(ranks(page)) < 60
    assert ranks(page)[0] == 1
    assert page.complaints() == []


def test_the_last_row_can_be_reached(page: Browser) -> None:
    for _ in range(5):
        page.run("const one = document.querySelector('.list'); one.scrollTop = one.scrollHeight")
        page.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert ranks(page)[-1] == STUDIES
    bottom = page.run("return [...document.querySelectorAll('tr.study')].at(-1).getBoundingClientRect().bottom")
    frame = page.run("return document.querySelector('.list').getBoundingClientRect().bottom")
    assert abs(bottom - frame) < 40


@pytest.mark.parametrize("words", ["P0420", "t12 candidate", "missing in the t2", "nothing has these words"])
def test_searching_ten_thousand_rows_is_quick(page: Browser, words: str) -> None:
    assert timed(page, search(words)) < FAST_MS
    expected = {"P0420": 10, "t12 candidate": 2500, "missing in the t2": 2500}.get(words, 0)
    assert shown(page) == f"{expected} of {STUDIES} shown"


def test_a_class_can_be_left_out(page: Browser) -> None:
    assert timed(page, "document.querySelector('[data-class=routine]').click()") < FAST_MS
    assert shown(page) == f"{STUDIES - 2500} of {STUDIES} shown"


def test_status_and_order_can_be_chosen(page: Browser) -> None:
    value = page.run(
        "return [...document.getElementById('status').options]"
        ".find((one) => one.textContent === 'Cannot be decided yet').value"
    )
    assert timed(page, choose("status", value)) < FAST_MS
    assert shown(page) == f"2500 of {STUDIES} shown"
    page.run(choose("status", ""))
    assert timed(page, choose("sort", "loss")) < FAST_MS
    assert page.run("return document.querySelector('tr.study .levels').textContent").startswith("T12: loss 48 ± 6 %")
    page.run(choose("sort", "oldest"))
    assert page.run("return document.querySelector('tr.study .which').textContent").startswith("2026-01-01")


def test_what_is_shown_can_be_downloaded(page: Browser, tmp_path: Path) -> None:
    page.run(search("P00421"))
    text = page.driver.execute_async_script(DOWNLOAD)
    head, row, *rest = text.split("\r\n")
    assert head.startswith("rank,priority,score,study_date")
    assert "P00421" in row
    assert rest == [""]


def test_a_row_of_another_run_says_so_and_no_formula_is_downloaded(browser: Browser, tmp_path: Path) -> None:
    study = examples.study("1.2.3").model_copy(update={"patient_id": "=1+1", "accession_number": "A;@B"})
    entry = worklist_entry(examples.result()).model_copy(update={"study": study, "outdated": ("not_in_this_run",)})
    origin = ListOrigin(made="2026-01-10T09:30:00+00:00")
    census = Census.of([entry])
    browser.open(write_index(lambda: [entry], tmp_path, census=census, origin=origin, skipped_files={}, problems=()))
    assert "not in the input of this run (decided as of 2026-01-10" in browser.run("return document.body.innerText")
    text = browser.driver.execute_async_script(DOWNLOAD)
    assert ",A;'@B,'=1+1," in text


def test_a_row_says_why_and_what_to_find_out(page: Browser) -> None:
    page.run(search("P00002"))
    text = page.run("return document.querySelector('tr.study').innerText")
    for words in (
        "Urgent",
        "cord unknown with collapse",
        "#2 (T12?): loss 44 ± 6 %",
        "Cannot be decided yet",
        "BKP favoured",
    ):
        assert words in text
    assert "List made 2026-01-10 09:30:00 UTC" in page.run("return document.body.innerText")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_serious_barrier(page: Browser, colours: str) -> None:
    page.colours(colours)
    assert page.violations() == []


def test_pictures_beside_the_page_are_shown(browser: Browser, figures, tmp_path: Path, monkeypatch) -> None:
    from vcfimg.reports import write_tables

    monkeypatch.setattr("vcfimg.reports.pages.study_lines.EMBEDDED", 0)
    examples.written(examples.result(), tmp_path, figures=figures)
    write_tables([examples.result()], tmp_path)
    browser.open(tmp_path / "index.html")
    browser.until("document.querySelector('tr.study img')?.naturalWidth > 20")
    assert browser.complaints() == []


def test_hostile_text_runs_nothing(browser: Browser, figures, tmp_path: Path) -> None:
    from vcfimg.reports import write_tables

    examples.written(examples.hostile(), tmp_path, figures=figures)
    write_tables([examples.hostile()], tmp_path)
    browser.open(tmp_path / "index.html")
    browser.until("document.querySelector('tr.study')")
    assert browser.complaints() == []
    assert browser.run("return document.querySelectorAll('img[src^=http], [onerror], .list script').length") == 0
    assert "<script>alert" in browser.run("return document.querySelector('tr.study').textContent")
