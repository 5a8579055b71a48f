"""The whole room: any mess of files becomes the same volumes under the right roles, or a named refusal."""

import numpy as np
import pytest

from tests.loaders.written_stacks import image, tilted_affine
from vcfimg.errors import LoadError
from vcfimg.loaders import choose_series, read_volume, scan
from vcfimg.phantom.dicom import Disorder, Encoding, Vendor, write_study
from vcfimg.policy import load_policy


def study(**facts):
    return [
        image("t1", repetition_time=550.0, echo_time=11.0, **facts),
        image("t2", repetition_time=3500.0, echo_time=100.0, echo_train_length=17, **facts),
        image("stir", repetition_time=4200.0, echo_time=45.0, inversion_time=150.0, **facts),
    ]


def loaded(*folders):
    """Volumes by (role, station) of the only study below the folders."""
    (found,) = scan(folders).studies
    found.check()
    volumes = [read_volume(series, policy=load_policy()) for series in choose_series(found, policy=load_policy()).used]
    return {(volume.role, volume.station): volume for volume in volumes}


@pytest.mark.parametrize("vendor", list(Vendor))
def test_roles_and_volumes_are_right_in_every_style(tmp_path, vendor):
    write_study(study(), tmp_path, vendor=vendor, localizer=True)
    volumes = loaded(tmp_path)
    assert set(volumes) == {("t1", 0), ("t2", 0), ("stir", 0)}
    for volume in volumes.values():
        np.testing.assert_allclose(volume.affine, image().affine, atol=1e-6)
        np.testing.assert_allclose(volume.array / volume.array.max(), image().array / image().array.max(), atol=5e-4)


@pytest.mark.parametrize("vendor", list(Vendor))
@pytest.mark.parametrize("encoding", [Encoding.DEFLATED, Encoding.JPEG_2000])
def test_disorder_changes_nothing(tmp_path, vendor, encoding):
    write_study(study(), tmp_path / "tidy", vendor=vendor)
    mess = Disorder(renamed=True, lying_numbers=True, copied=True)
    write_study(study(), tmp_path / "mess", vendor=vendor, encoding=encoding, disorder=mess)
    for index in range(50):
        (tmp_path / "mess" / f"unrelated{index}").write_bytes(bytes([index]) * (37 * index))
    tidy, messy = loaded(tmp_path / "tidy"), loaded(tmp_path / "mess")
    assert set(tidy) == set(messy)
    for key, volume in tidy.items():
        np.testing.assert_array_equal(messy[key].array, volume.array)
        np.testing.assert_array_equal(messy[key].affine, volume.affine)


@pytest.mark.parametrize("vendor", [Vendor.SIEMENS, Vendor.SIEMENS_XA])
def test_dixon_images_of_one_series_are_told_apart(tmp_path, vendor):
    pair = [image("dixon_water", series="dixon"), image("dixon_fat", series="dixon")]
    pair[1].array[:] = pair[1].array[:, ::-1]
    write_study(pair, tmp_path, vendor=vendor)
    (found,) = scan([tmp_path]).studies
    volumes = {series.role: read_volume(series, policy=load_policy()) for series in found.series}
    assert set(volumes) == {"dixon_water", "dixon_fat"}
    assert len({volume.key for volume in volumes.values()}) == 2
    for written in pair:
        array = volumes[written.role].array
        np.testing.assert_allclose(array / array.max(), written.array / written.array.max(), atol=5e-4)


@pytest.mark.parametrize("vendor", [Vendor.GE, Vendor.PHILIPS_ENHANCED])
def test_stations_become_volumes_in_one_frame(tmp_path, vendor):
    upper = tilted_affine(spacing=(2.0, 2.0, 4.4))
    lower = upper.copy()
    lower[2, 3] -= 75
    write_study([*study(station=1, affine=upper), *study(station=2, affine=lower)], tmp_path, vendor=vendor)
    volumes = loaded(tmp_path)
    assert set(volumes) == {(role, station) for role in ("t1", "t2", "stir") for station in (1, 2)}
    assert len({volume.frame_of_reference_uid for volume in volumes.values()}) == 1
    shift = volumes["t2", 1].affine - volumes["t2", 2].affine
    np.testing.assert_allclose(shift[:3, 3], [0, 0, 75], atol=1e-6)


@pytest.mark.parametrize("vendor", [Vendor.HITACHI, Vendor.SIEMENS_XA])
def test_missing_slice_is_a_named_refusal(tmp_path, vendor):
    write_study(study(), tmp_path, vendor=vendor, disorder=Disorder(missing={"t2-0": [2]}))
    (found,) = scan([tmp_path]).studies
    refused = {}
    for series in found.series:
        try:
            read_volume(series, policy=load_policy())
        except LoadError as error:
            refused[series.role] = error.code
    assert refused == {"t2": "missing_slice"}
