"""Data sets are recognised by their layout and read into sagittal LPS volumes."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from tests.evaluation.made_cases import LEVELS, block_masks, block_volume, center_of
from vcfimg.errors import LoadError
from vcfimg.evaluation import find_cases
from vcfimg.evaluation.image_files import read_pair, role_of
from vcfimg.evaluation.nifti_pairs import find_pairs
from vcfimg.evaluation.phantom_cases import FIRST_SEED
from vcfimg.evaluation.spider_cases import before_canal, find_spider
from vcfimg.policy import load_policy


def save(array: np.ndarray, path: Path) -> None:
    """Write with the axes of the block spine: rows to the feet, columns to the back, slices to the right."""
    image = sitk.GetImageFromArray(array)
    image.SetDirection((0, 0, -1, 1, 0, 0, 0, -1, 0))
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, str(path))


@pytest.mark.parametrize(
    ("contrast", "role"),
    [("T2 TSE", "t2"), ("T1 FFE (water-fat)", "t1"), ("tirm sag", "stir"), ("water", "dixon_water"), ("CT", "other")],
)
def test_role_of_a_contrast(contrast: str, role: str) -> None:
    assert role_of(contrast) == role


def test_nifti_pair_keeps_place_levels_and_heights(tmp_path: Path) -> None:
    masks = block_masks()
    save((masks > 0).astype(np.uint8) * 100, tmp_path / "a_img.nii.gz")
    save(masks.astype(np.uint8), tmp_path / "a_seg.nii.gz")
    (tmp_path / "index.csv").write_text("name,contrast,levels\na,T2 TSE,all\n")
    (source,) = find_pairs(tmp_path)
    case = source.load(load_policy())
    assert [b.level for b in case.bodies] == list(LEVELS)
    assert [b.height_mm.middle for b in case.bodies] == pytest.approx([20, 21, 22, 23, 23, 23, 22])
    assert case.volumes[0].role == "t2"
    assert case.sacrum_in_view is True
    for body in case.bodies:
        assert body.center_mm == pytest.approx(center_of(masks, body.label, block_volume(masks)), abs=1e-3)


def test_an_axial_image_is_turned(tmp_path: Path) -> None:
    masks = block_masks()
    image = sitk.GetImageFromArray(masks.astype(np.uint8))
    image.SetDirection((0, 0, -1, 1, 0, 0, 0, -1, 0))
    axial = sitk.DICOMOrient(image, "LPS")
    for kind in ("img", "seg"):
        sitk.WriteImage(axial, str(tmp_path / f"a_{kind}.mha"))
    (source,) = find_pairs(tmp_path)
    bodies = source.load(load_policy()).bodies
    assert [b.height_mm.middle for b in bodies] == pytest.approx([20, 21, 22, 23, 23, 23, 22])


def test_a_mask_on_another_grid_is_refused(tmp_path: Path) -> None:
    save(np.zeros((3, 4, 5), np.uint8), tmp_path / "i.nii.gz")
    save(np.zeros((3, 4, 6), np.uint8), tmp_path / "m.nii.gz")
    with pytest.raises(LoadError, match="grid differs"):
        read_pair(tmp_path / "i.nii.gz", tmp_path / "m.nii.gz", "T2")


def test_a_broken_image_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "i.nii.gz").write_bytes(b"not an image")
    with pytest.raises(LoadError) as caught:
        read_pair(tmp_path / "i.nii.gz", tmp_path / "i.nii.gz", "T2")
    assert caught.value.code == "image_unreadable"


def spider_mask() -> np.ndarray:
    """The block spine in SPIDER integers: whole vertebrae around a canal, T11 cut by the border."""
    masks = block_masks()
    whole = np.zeros_like(masks)
    for value in range(18, 25):
        place = 25 - value  # L5 (24) = 1, counting upward
        number = place if value != 18 else 100 + place
        whole[masks == value] = number
        rows = np.nonzero((masks == value).any(axis=(0, 2)))[0]
        whole[13:18, rows, 68:78] = number
    whole[10:21, :, 56:66] = 100
    return whole


def test_spider_layout_counts_upward_and_keeps_bodies_only(tmp_path: Path) -> None:
    mask = spider_mask()
    save((mask > 0).astype(np.float32), tmp_path / "images" / "1_t2.mha")
    save(mask.astype(np.int16), tmp_path / "masks" / "1_t2.mha")
    (source,) = find_spider(tmp_path)
    case = source.load(load_policy())
    assert [b.level for b in case.bodies] == list(LEVELS)
    assert [b.complete for b in case.bodies] == [False] + [True] * 6
    assert [b.height_mm.posterior for b in case.bodies[1:]] == pytest.approx([21, 22, 23, 23, 23, 22])
    kept = next(iter(case.masks.values()))
    assert not kept[:, :, 56:].any()
    assert case.volumes[0].role == "t2"


def test_without_a_canal_nothing_is_cut_off() -> None:
    assert before_canal(np.zeros((2, 3, 4), bool)).all()


def test_unknown_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        find_cases(tmp_path)
    assert caught.value.code == "dataset_unknown"
    with pytest.raises(LoadError) as caught:
        find_cases(tmp_path / "missing")
    assert caught.value.code == "dataset_missing"


def test_phantom_studies_are_drawn_from_reserved_seeds() -> None:
    assert [s.name for s in find_cases("phantom:2")] == [f"phantom-{FIRST_SEED}", f"phantom-{FIRST_SEED + 1}"]
    assert [s.name for s in find_cases("phantom:1:7")] == ["phantom-7"]
