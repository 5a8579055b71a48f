import datetime
import json
from pathlib import Path

import pytest

from tests.made_segmenters import FailingSegmenter
from tests.phantom_oracle import PATIENT, Phantom
from vcfimg.clinical import ClinicalInputs
from vcfimg.errors import LoadError, SegmentationError
from vcfimg.reports import validate
from vcfimg.screening import examine, screen_study

AS_OF = datetime.date(2026, 1, 10)


def fractured(result):
    return max(result.vertebrae, key=lambda one: one.loss_percent.index if one.loss_percent.index is not None else -1)


def test_measures_the_painted_fracture(phantom: Phantom):
    result = screen_study(phantom.folder, segmenter=phantom, as_of=AS_OF)
    truth = next(one for one in phantom.study.truth.vertebrae if one.level == "L1")
    found = fractured(result)
    assert result.status == "ok"
    assert found.loss_percent.index == pytest.approx(truth.index_loss_percent, abs=5)
    assert found.stir.edema is True
    assert [one.vertebra_id for one in result.recommendations] == [found.id]


def test_result_follows_the_schema(phantom: Phantom):
    text = screen_study(phantom.folder, segmenter=phantom, as_of=AS_OF).to_json()
    assert validate(json.loads(text)).to_json() == text


def test_accounts_for_every_series(phantom: Phantom):
    result = screen_study(phantom.folder, segmenter=phantom, as_of=AS_OF)
    assert {one.role: one.used for one in result.series} == {"t2": True, "stir": True}
    assert all(one.reason for one in result.series)


def test_provenance_reproduces_the_run(phantom: Phantom):
    first, second = (screen_study(phantom.folder, segmenter=phantom, as_of=AS_OF).provenance for _ in range(2))
    same = {"started": "", "seconds": 0.0}
    assert first.model_copy(update=same) == second.model_copy(update=same)
    assert first.as_of == "2026-01-10"
    assert len(first.inputs_sha256 or "") == 64


def test_examination_keeps_the_images(phantom: Phantom):
    seen = examine(phantom.folder, segmenter=phantom, as_of=AS_OF)
    assert [volume.role for volume in seen.volumes] == ["t2", "stir"]
    assert seen.segmentation is not None
    assert seen.measurement.vertebrae == seen.result.vertebrae


def test_named_error_becomes_a_failed_result(phantom: Phantom):
    broken = FailingSegmenter(SegmentationError("no_bodies", "no vertebral body was found"))
    result = screen_study(phantom.folder, segmenter=broken, as_of=AS_OF)
    assert result.status == "failed"
    assert result.failure is not None
    assert (result.failure.stage, result.failure.code) == ("segment", "no_bodies")
    assert result.priority.class_ == "unscreened"
    assert [one.used for one in result.series] == [True, True]


def test_unexpected_error_is_told_without_its_text(phantom: Phantom):
    broken = FailingSegmenter(KeyError(PATIENT.name))
    result = screen_study(phantom.folder, segmenter=broken, as_of=AS_OF)
    assert result.failure is not None
    assert result.failure.code == "unexpected_error"
    assert "KeyError" in result.failure.message
    assert "SECRET" not in result.failure.message


def test_memory_error_is_named(phantom: Phantom):
    broken = FailingSegmenter(MemoryError())
    result = screen_study(phantom.folder, segmenter=broken, as_of=AS_OF)
    assert result.failure is not None
    assert result.failure.code == "out_of_memory"


def test_dangers_are_not_lost_with_the_images(phantom: Phantom):
    broken = FailingSegmenter(SegmentationError("no_bodies", "no vertebral body was found"))
    clinical = ClinicalInputs.model_validate(
        {"clinical_cord_compression": True, "levels": {"L1": {"loss_percent": 40}}}
    )
    result = screen_study(phantom.folder, segmenter=broken, clinical=clinical, as_of=AS_OF)
    assert result.status == "failed"
    assert result.priority.class_ == "emergency"


def test_impossible_correction_fails_the_study_and_says_why(phantom: Phantom):
    result = screen_study(phantom.folder, segmenter=phantom, levels={99: "L1"}, as_of=AS_OF)
    assert result.status == "failed"
    assert result.failure is not None
    assert (result.failure.stage, result.failure.code) == ("decide", "levels_unknown_id")


def test_study_without_a_spine_series_is_not_a_failure(phantom: Phantom, tmp_path: Path):
    from vcfimg.phantom.dicom import PhantomImage, axial_localizer, write_study

    volume = phantom.study.volumes["t2"]
    image = PhantomImage(volume.array, volume.affine, "t2", 3800, 100)
    write_study([axial_localizer(image)], tmp_path)
    result = screen_study(tmp_path, as_of=AS_OF)
    assert result.status == "no_spine_series"
    assert result.failure is None
    assert result.priority.class_ == "unscreened"
    assert result.vertebrae == ()


def test_folder_without_images_is_refused(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing here")
    with pytest.raises(LoadError) as caught:
        screen_study(tmp_path)
    assert caught.value.code == "no_study"
    assert "1 not_dicom" in caught.value.message


def test_folder_with_two_studies_is_refused(phantom: Phantom, tmp_path: Path):
    from vcfimg.phantom.dicom import PhantomImage, write_study

    volume = phantom.study.volumes["t2"]
    image = PhantomImage(volume.array[:, ::4, ::4], volume.affine @ np_scale(4), "t2", 3800, 100)
    for seed in (1, 2):
        write_study([image], tmp_path / str(seed), seed=seed)
    with pytest.raises(LoadError) as caught:
        screen_study(tmp_path)
    assert caught.value.code == "several_studies"


def np_scale(factor: float):
    import numpy as np

    return np.diag([factor, factor, 1.0, 1.0])
