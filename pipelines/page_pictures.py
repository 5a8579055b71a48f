"""The pictures of README and docs, made from the phantom: ``python -m pipelines.page_pictures``.

The studies of ``sample_data`` and a phantom of the whole spine are screened, and their pages photographed with
Chromium (Debian: ``chromium``, ``chromium-driver``; the test extra). For maintainers, in a checkout.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipelines.headless_browser import missing, open_browser, set_colours, set_size
from pipelines.phantom_files import StudyRecipe, write_recipe
from pipelines.sample_results import screen_samples
from vcfimg.phantom import Edema, Fracture, SpineSpec
from vcfimg.phantom.dicom import PhantomPatient

DOCS: Final = Path(__file__).parents[1] / "docs"

PATIENCE_S: Final = 20.0
"""How long a page may take to draw itself."""

SETTLED_S: Final = 0.5
"""Waited after that, for the last frame."""

DRAWN: Final = """
const viewer = document.getElementById("viewer");
return viewer ? viewer.dataset.ready === "yes" : document.querySelectorAll("tr.study").length > 0;
"""

WHOLE_SPINE: Final = StudyRecipe(
    name="whole-spine",
    spec=SpineSpec(
        seed=7,
        fractures={"T7": Fracture("wedge", 35.0), "T12": Fracture("crush", 44.0), "L2": Fracture("biconcave", 28.0)},
        edema={"T7": Edema("diffuse", 0.7), "T12": Edema("diffuse", 0.9)},
    ),
    patient=PhantomPatient(patient_id="SAMPLE-4", accession_number="SAMPLE-A4", age_years=70),
    scan={"region": "thoracic", "size": (800, 320), "pixel_mm": 0.85, "slices": 15},
)


class Picture(NamedTuple):
    """One photograph."""

    name: str
    patient: str | None
    """Whose study page; None for the worklist."""
    width: int
    height: int
    dark: bool = False


PICTURES: Final = (
    Picture("report.png", "SAMPLE-1", 1280, 800),
    Picture("study-1920.png", "SAMPLE-1", 1920, 1080),
    Picture("study-dark.png", "SAMPLE-1", 1280, 800, dark=True),
    Picture("study-open.png", "SAMPLE-3", 1280, 800),
    Picture("study-whole-spine.png", "SAMPLE-4", 1280, 800),
    Picture("worklist.png", None, 1280, 800),
    Picture("worklist-1920.png", None, 1920, 1080),
)


def screened(scratch: Path) -> Path:
    """The output folder of the samples and the whole spine."""
    write_recipe(WHOLE_SPINE, scratch / "images")
    out = scratch / "out"
    screen_samples(out, scratch / "images", formats="html")
    return out


def pages(out: Path) -> Iterator[tuple[Picture, Path]]:
    """Every picture with the page it shows."""
    from vcfimg.reports import iter_results, study_folder_name

    studies = {result.study.patient_id: result.study.study_instance_uid for result in iter_results(out)}
    for picture in PICTURES:
        if picture.patient is None:
            yield picture, out / "index.html"
        else:
            yield picture, out / "studies" / study_folder_name(studies[picture.patient]) / "report.html"


def photograph(driver: Any, page: Path, picture: Picture, target: Path) -> None:
    """Write ``target``, a PNG of the first screen of ``page``, once everything on it is drawn."""
    set_size(driver, picture.width, picture.height)
    set_colours(driver, "dark" if picture.dark else "light")
    driver.get(page.as_uri())
    end = time.monotonic() + PATIENCE_S
    while not driver.execute_script(DRAWN) and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(SETTLED_S)
    target.write_bytes(driver.get_screenshot_as_png())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures, and return the exit status."""
    parser = argparse.ArgumentParser("pipelines.page_pictures", description=__doc__)
    parser.add_argument("--to", type=Path, default=DOCS, help="folder of the pictures (default: docs)")
    given = parser.parse_args(arguments)
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 2
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vcfimg-pictures-") as scratch:
        out = screened(Path(scratch))
        driver = open_browser(Path(scratch) / "profile")
        try:
            for picture, page in pages(out):
                photograph(driver, page, picture, given.to / picture.name)
                print(given.to / picture.name)
        finally:
            driver.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
