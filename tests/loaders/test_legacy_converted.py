"""Legacy Converted Enhanced MR objects, made by highdicom from single frames, give the same volume."""

import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian

from tests.loaders.written_stacks import series_of, write_stack
from vcfimg.loaders import read_volume, scan
from vcfimg.policy import load_policy

legacy = pytest.importorskip("highdicom.legacy", reason="highdicom makes the converted object (extra objects)")


@pytest.mark.parametrize("vendor", ["siemens", "philips", "hitachi"])
def test_converted_object_equals_its_single_frames_to_the_last_bit(tmp_path, vendor):
    files = write_stack(tmp_path / "single", vendor=vendor)
    single = read_volume(series_of(files), policy=load_policy())
    converted = legacy.LegacyConvertedEnhancedMRImage(
        [pydicom.dcmread(file) for file in files[::-1]],
        series_instance_uid="1.2.3.4.5",
        series_number=9,
        sop_instance_uid="1.2.3.4.5.6",
        instance_number=1,
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    (tmp_path / "multi").mkdir()
    converted.save_as(tmp_path / "multi" / "image")
    (study,) = scan([tmp_path / "multi"]).studies
    (series,) = study.series
    volume = read_volume(series, policy=load_policy())
    np.testing.assert_array_equal(volume.array, single.array)
    np.testing.assert_allclose(volume.affine, single.affine, atol=1e-9)
