"""The pictures of README and docs, made from the phantom: ``python -m pipelines.page_pictures``.

The studies of ``sample_data`` and a phantom of the whole spine are screened, and their pages photographed with
Chromium (Debian: ``chromium``). For maintainers, in a checkout.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pipelines.phantom_files import StudyRecipe, write_recipe
from pipelines.sample_results import AS_OF, SAMPLES
from vcfimg.phantom import Edema, Fracture, SpineSpec
from vcfimg.phantom.dicom import PhantomPatient

DOCS: Final = Path(__file__).parents[1] / "docs"

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")

PATIENCE_MS: Final = 8000
"""Virtual time that a page gets to draw itself."""

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
    from pipelines.screen_options import ScreenOptions
    from pipelines.screen_run import run_screen

    write_recipe(WHOLE_SPINE, scratch / "images")
    out = scratch / "out"
    run_screen(
        ScreenOptions(
            inputs=(SAMPLES, scratch / "images"),
            out=out,
            clinical=SAMPLES / "clinical.json",
            levels=None,
            policy=None,
            as_of=AS_OF,
            segmenter=None,
            site_words=None,
            workers=0,
            format="html",
            timeout_s=600.0,
            log_json=False,
        )
    )
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


def photograph(browser: str, page: Path, picture: Picture, target: Path, profile: Path) -> None:
    """Write ``target``, a PNG of the first screen of ``page``.

    Raises
    ------
    RuntimeError
        When the browser wrote no picture.
    """
    target.unlink(missing_ok=True)
    command = [
        browser,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
        f"--window-size={picture.width},{picture.height}",
        f"--virtual-time-budget={PATIENCE_MS}",
        *(["--blink-settings=preferredColorScheme=0"] if picture.dark else []),
        f"--screenshot={target}",
        page.as_uri(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    if not target.is_file():
        raise RuntimeError(f"{browser} wrote no picture of {page.name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pictures, and return the exit status."""
    parser = argparse.ArgumentParser("pipelines.page_pictures", description=__doc__)
    parser.add_argument("--to", type=Path, default=DOCS, help="folder of the pictures (default: docs)")
    given = parser.parse_args(arguments)
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("no Chromium is installed (Debian: chromium)", file=sys.stderr)
        return 2
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vcfimg-pictures-") as scratch:
        for picture, page in pages(screened(Path(scratch))):
            photograph(browser, page, picture, given.to / picture.name, Path(scratch) / "profile")
            print(given.to / picture.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
