import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import imageio.v3 as imageio
import numpy as np

from tests.loaders.mr_files import AXIAL, COLUMNS, ROWS, write_series
from vcfimg.loaders import scan
from vcfimg.policy import load_policy
from vcfimg.reports.pictures.series_sheet import TILE, thumbnail_sheet


def sheet(folder: Path) -> str:
    (study,) = scan(folder).studies
    return thumbnail_sheet(study, policy=load_policy())


def pictures(text: str) -> list[np.ndarray]:
    found = re.findall(r"data:image/png;base64,([^\"]+)", text)
    return [imageio.imread(base64.b64decode(data), extension=".png") for data in found]


def test_one_picture_per_stack(tmp_path: Path) -> None:
    gradient = np.arange(ROWS * COLUMNS, dtype="<u2").tobytes()
    write_series(tmp_path, "t1", PixelSpacing=[8, 8], PixelData=gradient)
    write_series(tmp_path, "t2", orientation=AXIAL, PixelSpacing=[8, 8], PixelData=gradient)
    text = sheet(tmp_path)
    ElementTree.fromstring(text)
    first, second = pictures(text)
    assert first.shape == second.shape == (TILE, TILE)
    assert first.max() - first.min() > 200
    assert "T1: used" in text
    assert "plane_axial" in text


def test_unreadable_stack_shows_its_code(tmp_path: Path) -> None:
    write_series(
        tmp_path, "t2", PhotometricInterpretation="RGB", SamplesPerPixel=3, PixelData=bytes(3 * 2 * ROWS * COLUMNS)
    )
    text = sheet(tmp_path)
    assert pictures(text) == []
    assert "not_monochrome" in text


def test_hostile_description_is_escaped(tmp_path: Path) -> None:
    write_series(tmp_path, "t2", SeriesDescription="<script>x</script>")
    text = sheet(tmp_path)
    ElementTree.fromstring(text)
    assert "<script" not in text
