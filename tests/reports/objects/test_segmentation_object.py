import shutil

import highdicom as hd
import numpy as np
import pytest
import SimpleITK as sitk

from tests.reports.objects.written import Written, faults
from vcfimg.imaging.segmentation import Tissue


@pytest.mark.skipif(not shutil.which("dciodvfy"), reason="dicom3tools is not installed")
@pytest.mark.parametrize("name", ["seg.dcm", "sr.dcm", "sc.dcm", "gsps.dcm", "pdf.dcm"])
def test_validator_finds_no_error(written: Written, name: str) -> None:
    assert faults(written.folder / name) == []


def test_segments_are_the_bodies_by_name_then_the_rest(written: Written) -> None:
    seg = hd.seg.segread(written.folder / "seg.dcm")
    labels = [seg.get_segment_description(number).segment_label for number in seg.segment_numbers]
    names = [one.level for one in written.result.vertebrae]
    assert labels[: len(names)] == [f"{name} vertebral body" for name in names]
    assert {"Intervertebral discs", "Spinal canal"} <= set(labels[len(names) :])
    l1 = seg.get_segment_description(names.index("L1") + 1)
    assert (l1.segmented_property_type.value, l1.segmented_property_type.scheme_designator) == ("66794005", "SCT")


def test_voxels_are_those_of_the_label_map_at_their_place(written: Written) -> None:
    """Each frame, placed by its own header, holds the labels that the segmenter gave there."""
    seg = hd.seg.segread(written.folder / "seg.dcm")
    segmentation = written.examination.segmentation
    assert segmentation is not None
    labels = segmentation.label_maps[segmentation.reference]
    body = labels.instances * (labels.semantic == Tissue.BODY)
    number = next(one.id for one in written.result.vertebrae if one.level == "L1")
    ordered = [one.id for one in written.result.vertebrae]
    volume = seg.get_volume(segment_numbers=[ordered.index(number) + 1])
    found = np.argwhere(np.asarray(volume.array)[..., 0] > 0).mean(axis=0)
    center = np.asarray(volume.map_indices_to_reference(found[None]))[0]
    expected = labels.geometry.to_lps(np.argwhere(body == number).mean(axis=0)[::-1])
    half_a_pixel = labels.geometry.spacing[:2].min() / 2
    assert np.abs(center - expected).max() < half_a_pixel
    assert np.asarray(volume.array).sum() == (body == number).sum()


def test_simpleitk_reads_every_frame(written: Written) -> None:
    image = sitk.ReadImage(str(written.folder / "seg.dcm"))
    seg = written.read("seg.dcm")
    assert image.GetSize()[2] == seg.NumberOfFrames == len(seg.SegmentSequence) * 5


def test_it_names_its_series_and_images(written: Written) -> None:
    seg = written.read("seg.dcm")
    reference = written.result.raw
    assert reference is not None
    series = seg.ReferencedSeriesSequence[0]
    assert series.SeriesInstanceUID == reference.reference_series.series_instance_uid
    assert len(series.ReferencedInstanceSequence) == 5
    first = seg.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0]
    assert first.ReferencedSOPInstanceUID in {one.ReferencedSOPInstanceUID for one in series.ReferencedInstanceSequence}
    assert seg.SegmentationType == "BINARY"
