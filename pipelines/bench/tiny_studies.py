"""Thousands of tiny studies for trials of a batch: one of three small images, with other UIDs each time."""

from pathlib import Path
from typing import Final

import numpy as np
import pydicom

from vcfimg.phantom.dicom import PhantomImage, axial_localizer, write_study

FILES: Final = 3
"""Images of one study."""

_DIGITS: Final = 9
"""Last digits of each UID, in which the studies differ."""

_FOLDERS: Final = 500
"""Studies in one folder."""


def write_tiny(folder: Path, count: int, *, first: int = 0, spine: bool = True) -> None:
    """Write ``count`` studies below ``folder``, numbered from ``first``; about 10 kB each.

    Without ``spine`` the images are axial: the study is done in some hundredths of a second, for nothing is segmented
    and no way up is looked for.
    """
    template = _template(folder / "template", spine=spine)
    for number in range(first, first + count):
        place = folder / f"{number // _FOLDERS:03d}" / f"{number:06d}"
        place.mkdir(parents=True)
        for index, (data, uids) in enumerate(template):
            for uid in uids:
                data = data.replace(uid, uid[:-_DIGITS] + f"{number:0{_DIGITS}d}".encode())
            (place / f"{index}.dcm").write_bytes(data)


def _template(folder: Path, *, spine: bool) -> list[tuple[bytes, tuple[bytes, ...]]]:
    """The bytes of each file, and the UIDs in it that are to be replaced."""
    array = np.random.default_rng(1).integers(0, 400, (FILES, 24, 24)).astype(np.float32)
    affine = np.array([[0, 0, 4.4, -4.4], [8.0, 0, 0, -96.0], [0, -8.0, 0, 96.0], [0, 0, 0, 1.0]])
    found = []
    image = PhantomImage(array, affine, "t2", 3800, 100)
    for path in write_study([image if spine else axial_localizer(image)], folder, seed="tiny"):
        dataset = pydicom.dcmread(path)
        names = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
        found.append((path.read_bytes(), tuple(str(dataset[name].value).encode() for name in names)))
        path.unlink()
    for place in sorted((one for one in folder.rglob("*")), reverse=True):
        place.rmdir()
    folder.rmdir()
    return found[:FILES]
