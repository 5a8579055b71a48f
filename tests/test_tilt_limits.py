"""A site's limits for tilted stacks hold at every door: choice, reading and pictures, through a whole screening."""

import datetime
from pathlib import Path

import pytest

from tests.loaders.written_stacks import image, tilted_affine
from vcfimg.loaders import scan
from vcfimg.phantom.dicom import write_study
from vcfimg.policy import DEFAULT_POLICY, Policy, load_policy
from vcfimg.reports.pictures.series_sheet import thumbnail_sheet
from vcfimg.screening import examine

SHIPPED = (20.0, 35.0)


def site_policy(folder: Path, limits: tuple[float, float]) -> Policy:
    """The policy of a site that warns and refuses at other angles."""
    file = folder / "site.toml"
    warn, refuse = limits
    base = DEFAULT_POLICY
    file.write_text(
        f'name = "site"\nversion = "1"\nbase = "{base}"\n'
        f"[images]\noblique_warn_deg = {warn}\noblique_refuse_deg = {refuse}\n"
    )
    return load_policy(file)


@pytest.mark.parametrize(
    ("tilt", "limits", "outcome"),
    [
        (24, SHIPPED, "warned"),
        (24, (30.0, 35.0), "quiet"),
        (24, (10.0, 20.0), "too_oblique"),
        (15, SHIPPED, "quiet"),
        (15, (10.0, 35.0), "warned"),
        (38, SHIPPED, "too_oblique"),
        (38, (30.0, 60.0), "warned"),
        (38, (50.0, 60.0), "quiet"),
    ],
)
def test_reading_warns_and_refuses_where_the_site_says(
    tmp_path: Path, tilt: float, limits: tuple[float, float], outcome: str
) -> None:
    write_study([image(affine=tilted_affine(degrees=tilt))], tmp_path / "study")
    policy = site_policy(tmp_path, limits)
    seen = examine(tmp_path / "study", policy=policy, as_of=datetime.date(2026, 1, 10))
    (series,) = seen.result.series
    tilted = [note for note in seen.result.image_notes if "tilted" in note.text]
    assert series.used == (outcome != "too_oblique"), series.reason
    assert series.code == (None if series.used else "too_oblique")
    assert bool(tilted) == (outcome == "warned")
    assert len(seen.volumes) == series.used
    (study,) = scan(tmp_path / "study").studies
    assert ("<image" in thumbnail_sheet(study, policy=policy)) == series.used
