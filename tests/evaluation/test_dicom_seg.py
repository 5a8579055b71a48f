"""DICOM SEG objects give bodies by the level their segments name."""

from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.evaluation.made_cases import block_masks, center_of, sagittal_affine
from vcfimg.errors import LoadError
from vcfimg.evaluation import find_cases
from vcfimg.evaluation.dicom_seg import level_of
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.policy import load_policy

hd = pytest.importorskip("highdicom", reason="the objects extra is not installed")

NAMED = {20: "L1 vertebral body", 21: "Body of L2", 22: "corpus l03", 99: "Spinal canal"}


@pytest.mark.parametrize(
    ("words", "level"),
    [("L1", "L1"), ("T12 vertebra", "T12"), ("c07", "C7"), ("L9", None), ("canal", None), ("TL1", None)],
)
def test_level_named_by_a_label(words: str, level: str | None) -> None:
    assert level_of(words) == level


def write_seg(folder: Path, masks: np.ndarray) -> None:
    """The block spine as a T2 series with a SEG of some of its bodies and the canal."""
    image = PhantomImage((masks > 0).astype(np.float32) * 500 + 100, sagittal_affine(), "t2", 3500, 100)
    files = write_study([image], folder)
    sources = sorted((pydicom.dcmread(f) for f in files), key=lambda ds: ds.ImagePositionPatient[0])
    # The files come in any order: put each mask slice under the image with its position.
    order = [round(-ds.ImagePositionPatient[0]) for ds in sources]
    assert sorted(order) == list(range(len(masks)))
    pixels = np.stack([masks[order] == value for value in NAMED], axis=-1).astype(np.uint8)
    vertebra = hd.sr.CodedConcept("51282000", "SCT", "Vertebra")
    structure = hd.sr.CodedConcept("123037004", "SCT", "Anatomical structure")
    segments = [
        hd.seg.SegmentDescription(
            segment_number=i,
            segment_label=label,
            segmented_property_category=structure,
            segmented_property_type=vertebra,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for i, label in enumerate(NAMED.values(), start=1)
    ]
    seg = hd.seg.Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type="BINARY",
        segment_descriptions=segments,
        series_instance_uid=hd.UID(),
        series_number=99,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="made",
        manufacturer_model_name="made",
        software_versions="1",
        device_serial_number="1",
    )
    seg.save_as(folder / "seg.dcm")


def test_bodies_come_from_the_segments_that_name_a_level(tmp_path: Path) -> None:
    masks = block_masks()
    masks[10:20, 5:60, 60:70] = 99
    write_seg(tmp_path / "one", masks)
    (source,) = find_cases(tmp_path)
    case = source.load(load_policy())
    assert case.name == "one"
    assert [b.level for b in case.bodies] == ["L1", "L2", "L3"]
    assert [b.height_mm.middle for b in case.bodies] == pytest.approx([22, 23, 23])
    assert case.volumes[0].role == "t2"
    for body, label in zip(case.bodies, (20, 21, 22), strict=True):
        volume = case.volumes[0]
        assert case.masks[volume.key].shape == volume.shape
        assert body.center_mm == pytest.approx(_center(masks, label), abs=0.05)


def _center(masks: np.ndarray, label: int) -> tuple[float, float, float]:
    from tests.evaluation.made_cases import block_volume

    return center_of(masks, label, block_volume(masks))


def test_a_seg_without_levels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NAMED, 20, "left kidney")
    monkeypatch.setitem(NAMED, 21, "right kidney")
    monkeypatch.setitem(NAMED, 22, "spleen")
    write_seg(tmp_path, block_masks())
    (source,) = find_cases(tmp_path)
    with pytest.raises(LoadError) as caught:
        source.load(load_policy())
    assert caught.value.code == "seg_without_levels"
