"""Small written stacks and the series that name their files, made without the scan."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray

from vcfimg.loaders.pixels.slices import Slice
from vcfimg.loaders.study import Classification, Frame, Header, Series
from vcfimg.phantom.dicom import PhantomImage, write_study

SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def tilted_affine(spacing: tuple[float, float, float] = (0.75, 0.7, 4.4), degrees: float = 7.0) -> NDArray[np.float64]:
    """A sagittal affine turned about two axes; slices run towards the patient's right."""
    a, b = np.radians(degrees), np.radians(degrees / 2)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    axes = np.array([[0.0, 0, -1], [1, 0, 0], [0, -1, 0]])
    affine = np.eye(4)
    affine[:3, :3] = about_z @ about_y @ axes * spacing
    affine[:3, 3] = 11.25, -83.5, 97.125
    return affine


def image(
    role: str = "t2", *, slices: int = 6, affine: NDArray[np.float64] | None = None, **facts: Any
) -> PhantomImage:
    """A smooth image with no symmetry, so that a swapped axis shows."""
    z, r, c = np.mgrid[:slices, :48, :40].astype(float)
    array = 300 + 200 * np.sin(r / 7 + z) + 100 * np.cos(c / 5) + 8 * r + 3 * c + 20 * z
    facts = {"repetition_time": 3000.0, "echo_time": 90.0, **facts}
    return PhantomImage(array, tilted_affine() if affine is None else affine, role, **facts)


def write_stack(folder: Path, **options: Any) -> list[Path]:
    """Write one T2 stack, a file per slice unless `vendor` says otherwise."""
    return list(write_study([image()], folder, **options))


def series_of(files: Iterable[Path], role: str = "t2", **facts: Any) -> Series:
    """All frames of the files as one series, in the order given."""
    frames = []
    for file in files:
        header = pydicom.dcmread(file, stop_before_pixels=True, force=True)
        count = int(header.get("NumberOfFrames", 1) or 1)
        uid = str(header.get("SOPInstanceUID", ""))
        frames += [Frame(str(file), uid, None, index if count > 1 else None) for index in range(count)]
    return Series("1.2.3", "1.2.3.4", tuple(frames), Header(), classification=Classification(role), **facts)


def edit(files: Iterable[Path], change: Callable[[Any], None]) -> None:
    """Change files in place."""
    for file in files:
        dataset = pydicom.dcmread(file)
        change(dataset)
        dataset.save_as(file)


def stack_of_slices(heights: Iterable[float], **changes: Any) -> list[Slice]:
    """Headers of a straight sagittal stack at positions along its normal (which points right: x = -height)."""
    facts: dict[str, Any] = {
        "orientation": SAGITTAL,
        "pixel_spacing": (0.7, 0.7),
        "rows": 48,
        "columns": 40,
        "frame_of_reference_uid": "1.2",
        **changes,
    }
    return [Slice(f"1.2.{index}", 0, (-height, -50.0, 60.0), **facts) for index, height in enumerate(heights)]
