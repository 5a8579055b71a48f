"""Heights on healthy volunteers against traced bodies, from masks spoilt as a segmenter would spoil them."""

import numpy as np
import pytest
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion, generate_binary_structure

from tests.imaging.box_spine import segmentation
from tests.real_data import DATA
from vcfimg.imaging.measure import measure
from vcfimg.imaging.reading.endplates import six_values
from vcfimg.imaging.reading.quality import as_array
from vcfimg.imaging.segmentation import LabelMap
from vcfimg.itk_image import from_itk
from vcfimg.loaders.volume import Volume
from vcfimg.policy.load import load_policy

ROOT = DATA / "vertebral_bodies"
CASES = ("vb2_02", "vb2_08", "vb3_05", "vb3_12")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"development MRI not found at {ROOT}; set VCFIMG_DATA"),
]


def traced(instances: NDArray[np.uint16], body: int) -> NDArray[np.float64]:
    """Median heights of a traced body over the slices within 4 mm of its middle, in the frame of its own borders."""
    z, r, c = np.nonzero(instances == body)
    out = []
    for k in np.unique(z[np.abs(z - z.mean()) <= 4]):
        rows, columns = r[z == k], c[z == k]
        p = np.stack([columns - columns.mean(), rows - rows.mean()], axis=1)
        angles = np.deg2rad(np.arange(-50, 51, 2.0))
        u = p @ np.stack([np.cos(angles), np.sin(angles)])
        v = p @ np.stack([-np.sin(angles), np.cos(angles)])
        area = np.ptp(np.percentile(u, [1, 99], axis=0), axis=0) * np.ptp(np.percentile(v, [1, 99], axis=0), axis=0)
        u, v = u[:, area.argmin()], v[:, area.argmin()]
        low, high = np.percentile(u, [1, 99]) + np.array([-0.3, 0.3])
        at = np.arange(low + 0.5, high - 0.5)
        sides = [[f(v[np.abs(u - x) <= 0.5]) for x in at] for f in (np.min, np.max)]
        values, _ = six_values(np.tile((at - low) / (high - low), (2, 1)), np.array(sides), np.ones((2, len(at))))
        out.append(values[1] - values[0] + 1.0)
    return np.asarray(np.median(out, axis=0))


@pytest.fixture(scope="module")
def errors() -> dict[str, NDArray[np.float64]]:
    """Errors (mm) by how the mask was spoilt: every case, body and position."""
    found: dict[str, list[NDArray[np.float64]]] = {"traced": [], "eroded": [], "dilated": []}
    for case in CASES:
        array, geometry = from_itk(sitk.ReadImage(str(ROOT / f"{case}_img.nii.gz")))
        marks = sitk.GetArrayFromImage(sitk.ReadImage(str(ROOT / f"{case}_seg.nii.gz")))
        _, order = np.unique(marks, return_inverse=True)
        instances = order.reshape(marks.shape).astype(np.uint16)
        volume = Volume(array.astype(np.float32), geometry, "1.2", "t2" if case.startswith("vb2") else "dixon_water")
        truth = {i: traced(instances, i) for i in range(1, int(instances.max()) + 1)}
        for how, values in found.items():
            spoilt = np.zeros_like(instances)
            for i in truth:
                mask = instances == i
                near = tuple(slice(max(s.min() - 3, 0), s.max() + 4) for s in np.nonzero(mask))
                ball = generate_binary_structure(3, 1)
                part = mask[near]
                if how != "traced":
                    part = binary_erosion(part, ball) if how == "eroded" else binary_dilation(part, ball)
                spoilt[near][part & (spoilt[near] == 0)] = i
            labels = LabelMap((spoilt > 0).astype(np.uint8), spoilt, geometry)
            raw = measure([volume], segmentation(("1.2", labels)), load_policy())
            values += [as_array(v.height_mm) - truth[v.id] for v in raw.vertebrae if not v.reasons]
    return {how: np.array(values) for how, values in found.items()}


@pytest.mark.parametrize("how", ["traced", "eroded", "dilated"])
def test_heights_agree_with_the_tracing_whatever_the_mask(how: str, errors: dict[str, NDArray[np.float64]]) -> None:
    assert len(errors[how]) >= 20
    assert np.abs(errors[how]).mean() < 1.2
    # A mask a whole voxel off on every side, 2 mm in height, moves the heights by a third of that at most.
    assert abs(errors[how].mean()) < (0.6 if how == "traced" else 0.7)
