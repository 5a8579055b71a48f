"""Phantom studies become cases with their exact truth."""

from pathlib import Path

import numpy as np
import pytest

from vcfimg.evaluation import find_cases
from vcfimg.evaluation.phantom_cases import TRUTH_FILE, study_case
from vcfimg.phantom import Fracture, PhantomStudy, SpineSpec, make_study
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.policy import load_policy


@pytest.fixture(scope="module")
def study() -> PhantomStudy:
    spec = SpineSpec(seed=3, lumbar_count=6, fractures={"L3": Fracture("wedge", 40)})
    return make_study(
        spec, roles=("t2",), slices=7, size=(96, 70), pixel_mm=1.7, gap_mm=5.0, thickness_mm=1.0, center=(-4, -55, 85)
    )


def test_truth_and_masks_speak_of_the_same_bodies(study: PhantomStudy) -> None:
    case = study_case("p", study)
    assert case.exhaustive
    assert case.usual_count is False, "six lumbar vertebrae"
    (volume,) = case.volumes
    masks = case.masks[volume.key]
    seen = [b for b in case.bodies if b.complete and b.label]
    assert len(seen) >= 2
    for body in seen:
        center = volume.to_lps(np.argwhere(masks == body.label).mean(axis=0)[::-1])
        assert np.linalg.norm(center - np.array(body.center_mm)) < 5.0
    fractured = next(b for b in case.bodies if b.level == "L3")
    assert fractured.index_loss == pytest.approx(40, abs=3)


def test_a_written_study_is_found_by_its_truth_file(study: PhantomStudy, tmp_path: Path) -> None:
    volume = study.volumes["t2"]
    write_study([PhantomImage(volume.array, volume.affine, "t2", 3500, 100)], tmp_path / "one")
    (tmp_path / "one" / TRUTH_FILE).write_text(study.truth.model_dump_json())
    (source,) = find_cases(tmp_path)
    case = source.load(load_policy())
    assert (case.name, case.contrast) == ("one", "t2")
    assert [b.level for b in case.bodies] == [v.level for v in study.truth.vertebrae]
    assert case.sacrum_in_view == study.truth.sacrum_in_view
