"""DICOM studies with a DICOM SEG of the vertebral bodies (needs the ``objects`` extra)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.evaluation.evaluation_case import Case, TrueBody
from vcfimg.evaluation.study_reader import study_volumes
from vcfimg.evaluation.traced_heights import traced_heights
from vcfimg.geometry import Geometry
from vcfimg.level_names import is_level
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy

_SEG_CLASS: Final = "1.2.840.10008.5.1.4.1.1.66.4"
_LEVEL_WORD: Final = re.compile(r"\b([CTL])0?(\d{1,2})\b", re.IGNORECASE)
_MIN_VOXELS: Final = 50


@dataclass(frozen=True)
class SegSource:
    """A folder that holds one study and one or more SEG objects that refer to its series."""

    name: str
    folder: Path

    def load(self, policy: Policy) -> Case:
        """Read the study as screening would and the bodies from the SEG; only segments that name a level are used.

        Raises
        ------
        LoadError
            ``no_spine_series`` or ``seg_without_levels``.
        """
        volumes = study_volumes(self.folder, policy)
        levels: dict[int, str] = {}
        masks: dict[str, NDArray[np.int32]] = {}
        for path in seg_files(self.folder):
            _read_seg(path, volumes, levels, masks)
        bodies = _bodies(volumes, masks, levels)
        if not bodies:
            raise LoadError("seg_without_levels", f"{self.name}: no segment of the SEG names a vertebral level")
        return Case(self.name, "+".join(v.role for v in volumes), volumes, bodies, masks)


def seg_files(folder: Path) -> list[Path]:
    """DICOM SEG objects below ``folder``."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["SOPClassUID"])
        except (InvalidDicomError, OSError, ValueError, EOFError):
            continue
        if header.get("SOPClassUID") == _SEG_CLASS:
            found.append(path)
    return found


def find_segs(folder: Path) -> list[SegSource]:
    """Sub-folders of ``folder`` (or itself) that hold a SEG object."""
    inner = [p for p in sorted(folder.iterdir()) if p.is_dir() and seg_files(p)]
    if inner:
        return [SegSource(p.name, p) for p in inner]
    return [SegSource(folder.name, folder)] if seg_files(folder) else []


def level_of(words: str) -> str | None:
    """The level a segment's label or region names ("L1 vertebral body", "T12"), or None."""
    match = _LEVEL_WORD.search(words)
    if match is None:
        return None
    name = f"{match.group(1).upper()}{int(match.group(2))}"
    return name if is_level(name) else None


def _read_seg(
    path: Path, volumes: tuple[Volume, ...], levels: dict[int, str], masks: dict[str, NDArray[np.int32]]
) -> None:
    """Add the segments of one SEG to ``levels`` and ``masks`` on the grid of the volume they lie in."""
    import highdicom as hd

    seg = hd.seg.segread(path)
    for number in seg.segment_numbers:
        description = seg.get_segment_description(number)
        level = level_of(str(description.segment_label)) or level_of(_region(description))
        if level is None:
            continue
        volume = seg.get_volume(segment_numbers=[number], combine_segments=True)
        stored = np.asarray(volume.array)
        array, geometry = Geometry.of(stored, _index_affine(np.asarray(volume.affine))).oriented(stored)
        target = _volume_of(seg, volumes)
        label = next((i for i, name in levels.items() if name == level), len(levels) + 1)
        levels[label] = level
        grid = masks.setdefault(target.key, np.zeros(target.shape, np.int32))
        _paste(grid, target, array > 0, geometry, label)


def _region(description: Any) -> str:
    codes = getattr(description, "anatomic_regions", None) or []
    return " ".join(str(code.meaning) for code in codes)


def _index_affine(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """highdicom indexes (slice, row, column); ours is (column, row, slice)."""
    return np.asarray(affine[:, [2, 1, 0, 3]], dtype=np.float64)


def _volume_of(seg: Any, volumes: tuple[Volume, ...]) -> Volume:
    """The volume whose series the SEG refers to, else the first."""
    referenced = {str(item.SeriesInstanceUID) for item in seg.get("ReferencedSeriesSequence", [])}
    return next((v for v in volumes if v.series_instance_uid in referenced), volumes[0])


def _paste(grid: NDArray[np.int32], volume: Volume, mask: NDArray[np.bool_], geometry: Geometry, label: int) -> None:
    """Write ``label`` where ``mask`` is set, by patient position."""
    where = np.argwhere(mask)[:, ::-1]
    index = np.round(volume.to_index(geometry.to_lps(where))).astype(int)
    inside = ((index >= 0) & (index < np.array(volume.shape)[::-1])).all(axis=1)
    column, row, k = index[inside].T
    grid[k, row, column] = label


def _bodies(
    volumes: tuple[Volume, ...], masks: dict[str, NDArray[np.int32]], levels: dict[int, str]
) -> tuple[TrueBody, ...]:
    bodies: dict[int, TrueBody] = {}
    for volume in volumes:
        if volume.key not in masks:
            continue
        spacing = (float(volume.spacing[0]), float(volume.spacing[1]), float(volume.spacing[2]))
        for label, level in levels.items():
            mask = masks[volume.key] == label
            where = np.argwhere(mask)
            if label in bodies or len(where) < _MIN_VOXELS:
                continue
            x, y, z = (float(c) for c in volume.to_lps(where.mean(axis=0)[::-1]))
            upright, _ = volume.geometry.oriented(mask)
            bodies[label] = TrueBody(label, level, (x, y, z), traced_heights(upright.astype(bool), spacing))
    return tuple(sorted(bodies.values(), key=lambda body: -body.center_mm[2]))
