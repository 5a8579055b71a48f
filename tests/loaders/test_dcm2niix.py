"""The same slice order, spacing and affine as dcm2niix, within a hundredth of a millimetre."""

import os
import shutil
import subprocess

import numpy as np
import pytest
import SimpleITK as sitk

from tests.loaders.written_stacks import image, series_of, tilted_affine
from tests.real_data import DATA
from vcfimg.loaders.volume_reader import read_volume
from vcfimg.phantom.dicom import Vendor, write_study
from vcfimg.policy import load_policy

TOLERANCE_MM = 0.01


@pytest.fixture(scope="module")
def dcm2niix():
    tool = shutil.which("dcm2niix")
    if tool is None:
        if os.environ.get("CI") == "true":
            pytest.fail("dcm2niix must be installed where CI runs (Debian package dcm2niix)")
        pytest.skip("dcm2niix is not installed (Debian package dcm2niix)")
    return tool


def converted(tool, folder, out):
    """Values ``(slices, rows, columns)`` and LPS affine that dcm2niix gives for the one series in a folder."""
    out.mkdir()
    subprocess.run([tool, "-z", "n", "-b", "n", "-f", "out", "-o", out, folder], check=True, capture_output=True)
    (nifti,) = out.glob("*.nii")
    found = sitk.ReadImage(str(nifti))
    affine = np.eye(4)
    affine[:3, :3] = np.array(found.GetDirection()).reshape(3, 3) * found.GetSpacing()
    affine[:3, 3] = found.GetOrigin()
    return sitk.GetArrayFromImage(found), affine


def assert_agrees(volume, array, affine):
    # dcm2niix stores rows from the last to the first.
    rows = array.shape[1]
    turned = affine.copy()
    turned[:3, 3] += (rows - 1) * affine[:3, 1]
    turned[:3, 1] *= -1
    np.testing.assert_allclose(volume.spacing, np.linalg.norm(affine[:3, :3], axis=0), atol=TOLERANCE_MM)
    corners = np.stack(np.meshgrid(*[(0, n - 1) for n in volume.shape[::-1]]), axis=-1).reshape(-1, 3)
    expected = corners @ turned[:3, :3].T + turned[:3, 3]
    np.testing.assert_allclose(volume.to_lps(corners), expected, atol=TOLERANCE_MM)
    difference = volume.array - array[:, ::-1]
    # dcm2niix does not extend the sign of 12-bit values stored in 16 bits: its -1 reads 4095.
    difference[difference == -4096] = 0
    np.testing.assert_allclose(difference, 0, atol=1e-3)


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("degrees", [0, 12])
def test_agrees_on_the_phantom_in_every_style(tmp_path, dcm2niix, vendor, degrees):
    files = write_study([image(affine=tilted_affine(degrees=degrees))], tmp_path / "in", vendor=vendor)
    assert_agrees(
        read_volume(series_of(files), policy=load_policy()), *converted(dcm2niix, tmp_path / "in", tmp_path / "out")
    )


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["06_T2_SAG", "07_T1_SAG", "12_STIR_SAG"])
def test_agrees_on_the_hitachi_study(tmp_path, dcm2niix, name):
    folder = DATA / "hitachi_lspine" / name
    if not folder.is_dir():
        pytest.skip("the Hitachi study is not here (set VCFIMG_DATA to the development MRI)")
    volume = read_volume(series_of(sorted(folder.glob("*.dcm"))), policy=load_policy())
    assert volume.shape == (11, 512, 512)
    assert volume.spacing == pytest.approx([0.6836, 0.6836, 4.5], abs=TOLERANCE_MM)
    assert_agrees(volume, *converted(dcm2niix, folder, tmp_path / "out"))
