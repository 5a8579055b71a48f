"""The study page in a browser: the first screen, the viewer, both colour modes."""

import base64
import io
import re
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest

from tests.reports import examples
from tests.reports.browser.chromium import Browser
from vcfimg.reports.pages.study_page import write_study_page

READY = "document.getElementById('viewer').dataset.ready === 'yes'"

QUESTIONS = {
    "which level": r"\bT12\b",
    "how much": r"Loss 48 ± 6 %",
    "how sure": r"± 6 %",
    "edema": r"Edema yes, 46 % of the body \(image\)",
    "which procedure": r"BKP favoured",
    "why": r"Why not known: .*Procedure, if augmentation is indicated .*48 %",
    "what is missing": r"To find out .*Is the neurological examination normal",
    "are the names sure": r"Level names counted upwards from the sacrum .*no person has confirmed them",
    "what was not seen": r"Seen and not seen T11 to L2 seen, 4 of 4 measured; nothing is said of levels beyond",
    "since when is this list": r"Screened 2026-01-10 08:00 , decided as of 2026-01-10",
}


@pytest.fixture
def page(browser: Browser, study_page: Path) -> Browser:
    browser.colours("light")
    browser.open(study_page)
    browser.run("localStorage.clear()")
    browser.open(study_page)
    browser.until(READY)
    return browser


def state(page: Browser, name: str) -> str:
    page.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return str(page.run("return document.getElementById('viewer').dataset[arguments[0]]", name))


def panel(page: Browser, title: str, name: str) -> str:
    state(page, "level")
    return str(
        page.run("return document.querySelector(`[data-panel='${arguments[0]}']`).dataset[arguments[1]]", title, name)
    )


class Pixels:
    """What a panel shows; equal to another up to what smoothing of lines may differ by."""

    def __init__(self, data_url: str) -> None:
        png = base64.b64decode(data_url.split(",", 1)[1])
        self.grey = np.asarray(imageio.imread(io.BytesIO(png)))[..., :3].astype(int)

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Pixels)
        if self.grey.shape != other.grey.shape:
            return False
        return int((np.abs(self.grey - other.grey).max(axis=-1) > 16).sum()) < 40

    __hash__ = None  # type: ignore[assignment]


def picture(page: Browser, title: str = "T2") -> Pixels:
    """The pixels of a panel once it is drawn."""
    state(page, "level")
    page.until(READY)
    script = "return document.querySelector(`[data-panel='${arguments[0]}'] canvas`).toDataURL()"
    return Pixels(str(page.run(script, title)))


def test_nothing_is_refused_by_the_policy_of_the_page(page: Browser) -> None:
    assert page.complaints() == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_verdicts_and_images_share_the_first_screen(page: Browser, width: int, height: int) -> None:
    page.size(width, height)
    try:
        state(page, "level")
        boxes = page.run(
            "return [...document.querySelectorAll('.panel, #level-1, .sure')]"
            ".map((one) => one.getBoundingClientRect().toJSON())"
        )
        header = page.run("return document.querySelector('header.bar').getBoundingClientRect().height")
        wide = page.run("return document.documentElement.scrollWidth")
    finally:
        page.size(1280, 800)
    assert len(boxes) == 5
    assert all(box["top"] >= 0 and box["bottom"] <= height and box["height"] > 60 for box in boxes)
    assert header < 36, "identity and banner take more than one line"
    assert wide <= width


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_readers_question_is_answered_without_scrolling(page: Browser, question: str) -> None:
    assert re.search(QUESTIONS[question], page.seen_text(800)), page.seen_text(800)


def test_opens_at_the_flagged_level(page: Browser) -> None:
    assert state(page, "level") == "2"
    assert panel(page, "T2", "slice") == panel(page, "STIR", "slice") == "7"
    assert page.run("return document.querySelector('article.here .level').textContent") == "T12"


def test_the_wheel_turns_the_slices_of_every_series(page: Browser) -> None:
    before = picture(page)
    page.run(
        "document.querySelector('.panel canvas')"
        ".dispatchEvent(new WheelEvent('wheel', {deltaY: 100, cancelable: true}))"
    )
    assert panel(page, "T2", "slice") == panel(page, "STIR", "slice") == "8"
    assert picture(page) != before
    page.press("\ue012")  # arrow left
    assert panel(page, "T2", "slice") == "7"
    assert picture(page) == before


def test_every_slice_can_be_reached_and_none_beyond(page: Browser) -> None:
    for _ in range(20):
        page.press("\ue012")
    assert panel(page, "T2", "slice") == "1"
    seen = {panel(page, "T2", "slice")}
    for _ in range(20):
        page.press("\ue014")
        seen.add(panel(page, "T2", "slice"))
    assert seen == {str(number) for number in range(1, 14)}


def test_canvases_have_the_size_at_which_they_are_shown(page: Browser) -> None:
    state(page, "level")
    canvases = "[...document.querySelectorAll('.panel canvas')]"
    apart = f"{canvases}.map((one) => [one.width - one.clientWidth, one.height - one.clientHeight])"
    assert page.run(f"return {apart}") == [[0, 0]] * 3


def test_zoom_grows_and_reset_goes_back(page: Browser) -> None:
    first, before = float(state(page, "zoom")), picture(page)
    page.press("+")
    assert float(state(page, "zoom")) == pytest.approx(1.25 * first, rel=1e-3)
    assert picture(page) != before
    page.press("0")
    assert picture(page) == before


def test_dragging_moves_all_series(page: Browser) -> None:
    before = state(page, "center")
    page.run(DRAG, {})
    moved = [a - b for a, b in zip(map(float, state(page, "center").split()), map(float, before.split()), strict=True)]
    zoom = float(state(page, "zoom"))
    # 40 px to the right and 30 px down: what stood anterior and above comes into the middle
    assert moved == pytest.approx([0.0, -40 / zoom, 30 / zoom], abs=0.3)


DRAG = """
const canvas = document.querySelector('.panel canvas');
canvas.setPointerCapture = () => {};
const [more] = arguments;
const at = (name, clientX, clientY) => canvas.dispatchEvent(new PointerEvent(name, {clientX, clientY, ...more}));
at('pointerdown', 100, 100); at('pointermove', 140, 130); at('pointerup', 140, 130);
"""


def test_window_changes_one_series(page: Browser) -> None:
    t2, stir = picture(page), picture(page, "STIR")
    page.run(DRAG, {"shiftKey": True})
    brightness, contrast = map(float, state(page, "grey").split())
    assert brightness == pytest.approx(-0.1)
    assert contrast > 1.1
    assert picture(page) != t2
    assert picture(page, "STIR") == stir


def test_narrow_windows_still_show_many_greys(page: Browser) -> None:
    greys = """
    const canvas = document.querySelector('.panel canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i] === data[i + 1] && data[i] === data[i + 2]) seen.add(data[i]);
    return seen.size;
    """
    page.run("for (const box of document.querySelectorAll('[data-overlay]')) if (box.checked) box.click()")
    page.run("const one = document.getElementById('contrast'); one.value = 3; one.dispatchEvent(new Event('input'))")
    picture(page)
    # eight times the contrast: of 256 kept values 32 would be left
    assert page.run(greys) > 60


@pytest.mark.parametrize("overlay", ["outlines", "points", "loss", "edema", "names"])
def test_every_overlay_can_be_switched(page: Browser, overlay: str) -> None:
    before = picture(page)
    box = f"document.querySelector(\"[data-overlay='{overlay}']\")"
    page.run(f"{box}.click()")
    assert picture(page) != before
    page.run(f"{box}.click()")
    assert picture(page) == before


def test_overlays_are_remembered(page: Browser, study_page: Path) -> None:
    page.press("o")
    bare = picture(page)
    page.open(study_page)
    page.until(READY)
    assert page.run("return [...document.querySelectorAll('[data-overlay]')].some((box) => box.checked)") is False
    assert picture(page) == bare
    page.press("o")
    assert picture(page) != bare


def test_j_and_k_go_through_the_flagged_levels(page: Browser) -> None:
    stops = []
    for key in "jjkk":
        page.press(key)
        stops.append(state(page, "level"))
    assert stops == ["4", "2", "4", "2"]


def test_a_level_button_shows_its_level_and_its_questions(page: Browser) -> None:
    page.run("document.querySelector(\"button[data-vertebra='4']\").click()")
    assert state(page, "level") == "4"
    shown = "return [...document.querySelectorAll('.ask ol')].map((one) => one.checkVisibility())"
    assert page.run(shown) == [False, True]


def test_any_vertebra_can_be_chosen(page: Browser) -> None:
    page.run("const one = document.getElementById('jump'); one.value = 3; one.dispatchEvent(new Event('change'))")
    assert state(page, "level") == "3"


def test_the_axial_slice_follows_the_level(page: Browser) -> None:
    first = panel(page, "Axial T2", "slice")
    page.press("j")
    # L2 lies two bodies of 30 mm below T12, the slices 8 mm apart
    assert 6 <= int(first) - int(panel(page, "Axial T2", "slice")) <= 9


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_serious_barrier(page: Browser, study_page: Path, colours: str) -> None:
    page.colours(colours)
    page.open(study_page)
    page.until(READY)
    page.run("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.violations() == []


def test_the_dark_button_is_remembered(page: Browser, study_page: Path) -> None:
    light = page.run("return getComputedStyle(document.body).backgroundColor")
    page.run("document.getElementById('theme').click()")
    page.open(study_page)
    page.until(READY)
    assert page.run("return getComputedStyle(document.body).backgroundColor") != light
    page.run("document.getElementById('theme').click()")


def test_hostile_text_runs_nothing(browser: Browser, pictures, tmp_path: Path) -> None:
    browser.open(write_study_page(examples.hostile(), tmp_path, pictures))
    browser.until(READY)
    assert browser.complaints() == []
    assert browser.run("return document.querySelectorAll('img[src^=http], [onerror]').length") == 0
    assert "<script>alert" in browser.run("return document.querySelector('header.bar').textContent")


def test_a_page_without_slices_shows_its_pictures(browser: Browser, figures, tmp_path: Path) -> None:
    from vcfimg.reports.pictures.figure_store import Pictures

    browser.open(write_study_page(examples.result(), tmp_path, Pictures(figures)))
    assert browser.run("return [...document.querySelectorAll('.static img')].every((one) => one.checkVisibility())")
    assert browser.complaints() == []


def test_it_prints_on_two_pages_at_most(page: Browser) -> None:
    printed = page.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    pages = len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(printed["data"])))
    assert 1 <= pages <= 2
