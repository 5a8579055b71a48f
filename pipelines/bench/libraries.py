"""Our own code against SimpleITK and scikit-image, paired: ``python -m pipelines.bench.libraries [IMAGE LABELS]...``.

Every line times both on the same input in turn and prints the ratio (library to ours) with the difference of the
results. The input is a phantom; pairs of NIfTI or MHA files add real volumes. docs/libraries.md holds the conclusions.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vcfimg.evaluation.image_files import read_pair
from vcfimg.geometry import Geometry
from vcfimg.imaging.fusion.registration import in_plane_shift
from vcfimg.imaging.fusion.resample import carry
from vcfimg.imaging.measure import measure
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.segment import segment
from vcfimg.imaging.segmenters.embedded.canonical_slices import canonical_slices
from vcfimg.itk_image import to_itk
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study
from vcfimg.policy import load_policy

RUNS: Final = 7
"""Pairs per line; the median ratio is printed."""

SHIFTS_MM: Final = ((0.0, 0.0), (1.3, -2.6), (4.5, 3.2), (-8.4, 6.1), (15.7, -11.3))
"""(rows, columns) by which maps are moved to see how well the movement is found."""

PIXELS_MM: Final = (0.85, 0.95)
"""Pixels of the phantoms; with 0.95 every tenth one lies halfway between two of the network's 1 mm pixels."""

Array = NDArray[Any]


def main() -> int:
    """Print one line per comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="IMAGE LABELS")
    files: list[Path] = parser.parse_args().files
    for module in ("SimpleITK", "scipy.ndimage"):
        print(f"import of {module}: {import_seconds(module):.2f} s")
    studies = [make_study(SpineSpec(seed=12), roles=("t2", "t1"), slices=9, pixel_mm=mm) for mm in PIXELS_MM]
    for mm, study in zip(PIXELS_MM, studies, strict=True):
        compare(f"{mm} mm", study.volumes["t2"], study.instances)
    for image, labels in zip(files[::2], files[1::2], strict=True):
        volume, marks = read_pair(image, labels, "t2")
        compare(image.name.split(".")[0], volume, marks.astype(np.uint16))
    for mm, study in zip(PIXELS_MM, studies, strict=True):
        study_heights(f"{mm} mm", list(study.volumes.values()))
    return 0


def import_seconds(module: str) -> float:
    """Seconds that a fresh interpreter needs for one import; the median of three."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True) for _ in range(3)]
    return statistics.median(float(run.stdout) for run in runs)


def compare(name: str, volume: Volume, instances: Array) -> None:
    """All comparisons that need one volume and its bodies."""
    canonical = canonical_slices(volume).geometry
    near = np.asarray(carry(instances, volume.geometry, canonical, order=0))
    soft = ndimage.gaussian_filter((near > 0).astype(np.float32), (0, 1, 1))
    grids = (canonical, volume.geometry)
    line(name, "resample, linear", lambda: carry(soft, *grids), lambda: itk_carry(soft, *grids))
    line(name, "resample, nearest", lambda: carry(near, *grids, order=0), lambda: itk_carry(near, *grids, order=0))
    registration(name, soft)
    from skimage.measure import label
    from skimage.morphology import dilation, erosion

    mask = near[len(near) // 2] > 0
    cross = ndimage.generate_binary_structure(2, 1)
    line(name, "components", lambda: ndimage.label(mask)[0], lambda: label(mask, connectivity=1))
    line(name, "erosion", lambda: ndimage.binary_erosion(mask, cross), lambda: erosion(mask, cross))
    line(name, "dilation", lambda: ndimage.binary_dilation(mask, cross), lambda: dilation(mask, cross))
    line(name, "distance", lambda: ndimage.distance_transform_edt(~mask), lambda: itk_distance(mask))


def line(name: str, what: str, ours: Callable[[], Array], theirs: Callable[[], Array]) -> None:
    """Time both in turn and print ratio and largest difference."""
    ratios, own_ms = [], []
    for _ in range(RUNS):
        first, own = timed(ours)
        second, library = timed(theirs)
        ratios.append(library / own)
        own_ms.append(1000 * own)
    difference = np.abs(first.astype(np.float64) - second.astype(np.float64))
    print(
        f"{name:<10} {what:<18} ours {statistics.median(own_ms):7.2f} ms, library x{statistics.median(ratios):6.2f}; "
        f"differ by at most {difference.max():.3f}, in {100 * float((difference > 1e-3).mean()):.3f} % of the voxels"
    )


def timed(run: Callable[[], Array]) -> tuple[Array, float]:
    """The result, and the seconds it took."""
    began = time.perf_counter()
    result = run()
    return np.asarray(result), time.perf_counter() - began


def registration(name: str, soft: Array) -> None:
    """How far each is from a shift that is known, and what it costs."""
    from skimage.registration import phase_cross_correlation

    flat = soft.sum(0)

    def peak(moved: Array) -> Array:
        return np.asarray(phase_cross_correlation(flat, moved.sum(0), upsample_factor=20, normalization=None)[0]) * -1

    methods: dict[str, Callable[[Array], Array]] = {
        "ours": lambda moved: own_shift(soft, moved),
        "skimage": peak,
        "SimpleITK": lambda moved: itk_shift(flat, moved.sum(0)),
    }
    for method, find in methods.items():
        errors, seconds = [], []
        for shift in SHIFTS_MM:
            moved = ndimage.shift(soft, (0, *shift), order=1)
            found, took = timed(partial(find, moved))
            errors.append(float(np.abs(found - shift).max()))
            seconds.append(took)
        print(
            f"{name:<10} registration       {method:<9} {1000 * statistics.median(seconds):7.2f} ms; "
            f"error {statistics.mean(errors):.2f} mm, at most {max(errors):.2f}"
        )


def own_shift(fixed: Array, moving: Array) -> Array:
    """Rows and columns by which ``moving`` lies away."""
    shift = in_plane_shift(fixed, moving)
    return np.array([shift.rows, shift.columns])


def itk_carry(
    source: Array,
    grid: Geometry,
    target: Geometry,
    *,
    shift_mm: NDArray[np.float64] | None = None,
    order: int = 1,
    outside: float = 0.0,
) -> Array:
    """:func:`~vcfimg.imaging.fusion.resample.carry` by ``sitk.Resample``."""
    import SimpleITK as sitk

    moved = target if shift_mm is None else target.moved(shift_mm)
    reference = sitk.Image([int(n) for n in target.shape[::-1]], sitk.sitkUInt8)
    reference.SetSpacing([float(mm) for mm in moved.spacing])
    reference.SetDirection([float(cosine) for cosine in moved.axes.ravel()])
    reference.SetOrigin([float(mm) for mm in moved.affine[:3, 3]])
    method = sitk.sitkLinear if order else sitk.sitkNearestNeighbor
    image = to_itk(np.ascontiguousarray(source), grid)
    return np.asarray(sitk.GetArrayFromImage(sitk.Resample(image, reference, sitk.Transform(), method, outside)))


def itk_distance(mask: Array) -> Array:
    """Distance to the nearest pixel of ``mask``."""
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    found = sitk.SignedMaurerDistanceMap(image, insideIsPositive=False, squaredDistance=False, useImageSpacing=False)
    return np.maximum(sitk.GetArrayFromImage(found), 0)


def itk_shift(fixed: Array, moving: Array) -> Array:
    """Rows and columns by which ``moving`` lies away, by gradient descent on the correlation."""
    import SimpleITK as sitk

    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsCorrelation()
    method.SetOptimizerAsRegularStepGradientDescent(4.0, 0.01, 200)
    method.SetInitialTransform(sitk.TranslationTransform(2), inPlace=False)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel([4, 2, 1])
    method.SetSmoothingSigmasPerLevel([4, 2, 1])
    images = [sitk.GetImageFromArray(a.astype(np.float32)) for a in (fixed, moving)]
    column, row = method.Execute(*images).GetParameters()
    return np.array([row, column])


def study_heights(name: str, volumes: Sequence[Volume]) -> None:
    """Segment and measure a study with each resampling."""
    raws, seconds = [], []
    for chosen in (carry, itk_carry):
        with (
            patch("vcfimg.imaging.fusion.station.carry", chosen),
            patch("vcfimg.imaging.fusion.series_shift.carry", chosen),
        ):
            segment(volumes)  # warm
            began = time.perf_counter()
            raws.append(measure(volumes, segment(volumes), load_policy()))
            seconds.append(time.perf_counter() - began)
    first, second = (heights(raw) for raw in raws)
    difference = max((abs(first[key] - second[key]) for key in first.keys() & second.keys()), default=0.0)
    print(
        f"{name:<10} study resampled by SimpleITK: time x{seconds[1] / seconds[0]:.2f}, "
        f"{len(first)} and {len(second)} heights, "
        f"differ by at most {difference:.3f} mm"
    )


def heights(raw: RawSpine) -> dict[tuple[int, str], float]:
    """Every height that was read, by vertebra and position."""
    return {
        (vertebra.id, position): value
        for vertebra in raw.vertebrae
        for position, value in vertebra.height_mm.model_dump().items()
        if value is not None
    }


if __name__ == "__main__":
    sys.exit(main())
