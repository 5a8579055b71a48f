"""What is kept of the images for later objects: label maps, and the headers of the images without their pixels.

Both lie beside ``result.json``: ``labels.npz`` with the maps of the series that were used, and ``references.zip`` with
the part of each header that an object about these images repeats. They hold what the images say of the patient.
"""

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.geometry import Geometry
from vcfimg.reports.atomic import write_atomic
from vcfimg.reports.objects.kept_names import KEPT_FILES, LABELS_NPZ, REFERENCES_ZIP
from vcfimg.result import ScreeningResult
from vcfimg.series_id import series_key

if TYPE_CHECKING:
    from vcfimg.loaders.study import Frame, Series
    from vcfimg.screening.examination import Examination

_REPEATED: Final = (
    # patient and study
    "SpecificCharacterSet PatientName PatientID IssuerOfPatientID PatientBirthDate PatientSex PatientAge PatientSize "
    "PatientWeight StudyInstanceUID StudyDate StudyTime StudyID StudyDescription AccessionNumber "
    "ReferringPhysicianName "
    # series, equipment and frame of reference
    "Modality SeriesInstanceUID SeriesNumber BodyPartExamined PatientPosition FrameOfReferenceUID "
    "PositionReferenceIndicator Manufacturer "
    # image
    "SOPClassUID SOPInstanceUID InstanceNumber ImageType Rows Columns SamplesPerPixel PhotometricInterpretation "
    "BitsAllocated BitsStored HighBit PixelRepresentation PixelSpacing SliceThickness SpacingBetweenSlices "
    "ImagePositionPatient ImageOrientationPatient WindowCenter WindowWidth NumberOfFrames"
)
"""Keywords of what is kept of a header."""

_FUNCTIONAL_GROUPS: Final = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_GROUPS: Final = ["PixelMeasuresSequence", "PlaneOrientationSequence", "PlanePositionSequence", "FrameVOILUTSequence"]


@dataclass(frozen=True)
class ImageFrame:
    """Where one slice comes from: a header, and the frame (from 1) in a multi-frame object, else None."""

    header: Any
    frame: int | None


@dataclass(frozen=True, eq=False)
class KeptSeries:
    """One stack: its label map on the grid of the images, and the image of each slice.

    ``semantic`` and ``instances`` have the shape of the geometry, as in
    :class:`vcfimg.imaging.segmentation.LabelMap`; both are None where the series has no map.
    """

    key: str
    series_instance_uid: str
    geometry: Geometry
    slices: tuple[ImageFrame, ...]
    semantic: NDArray[np.uint8] | None = None
    instances: NDArray[np.uint16] | None = None

    @property
    def headers(self) -> list[Any]:
        """The headers, each once, in the order of the slices."""
        return list({str(one.header.SOPInstanceUID): one.header for one in self.slices}.values())


@dataclass(frozen=True, eq=False)
class KeptImages:
    """All that is kept of one look at a study."""

    series: tuple[KeptSeries, ...]

    def by_key(self, key: str) -> KeptSeries | None:
        """The series of that key, or None."""
        return next((one for one in self.series if one.key == key), None)

    @property
    def any_header(self) -> Any:
        """A header that says who the patient is and what the study."""
        return self.series[0].slices[0].header


def keep_images(examination: "Examination", folder: Path) -> None:
    """Write both files; nothing where no series was used, and nothing again where another format has just kept them.

    Raises
    ------
    ReportError
        ``write_failed``.
    LoadError
        When a file can no longer be read.
    """
    if all((folder / name).is_file() for name in KEPT_FILES) or examination.study is None:
        return
    found = {one.key: one for one in examination.study.series}
    arrays: dict[str, NDArray[Any]] = {}
    entries: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    paths: list[str] = []
    maps = examination.segmentation.label_maps if examination.segmentation else {}
    for number, volume in enumerate(examination.volumes):
        slices = []
        for z, sop in enumerate(volume.sop_instance_uids):
            frame = _frame_of(found[volume.key], sop, volume.geometry.to_lps(np.array([0.0, 0.0, z])))
            place = places.setdefault(frame.path, len(paths))
            if place == len(paths):
                paths.append(frame.path)
            slices.append((place, None if frame.frame is None else frame.frame + 1))
        if (labels := maps.get(volume.key)) is not None:
            arrays[f"semantic_{number}"], arrays[f"instances_{number}"] = labels.semantic, labels.instances
        arrays[f"affine_{number}"] = volume.geometry.affine
        entries.append(
            {
                "series_instance_uid": volume.series_instance_uid,
                "stack": volume.stack,
                "shape": volume.shape,
                "slices": slices,
            }
        )
    if not entries:
        return
    manifest = {"of": _images_of(examination.result), "series": entries}
    arrays["manifest"] = np.frombuffer(json.dumps(manifest).encode(), np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    write_atomic(folder / REFERENCES_ZIP, _zipped(_header_bytes(path) for path in paths))
    write_atomic(folder / LABELS_NPZ, packed.getvalue())


def load_images(result: ScreeningResult, folder: Path) -> KeptImages | None:
    """What was kept for the images and segmenter of this result; None when there is nothing, or it is of others."""
    from pydicom import dcmread

    try:
        with np.load(folder / LABELS_NPZ) as stored, zipfile.ZipFile(folder / REFERENCES_ZIP) as archive:
            manifest = json.loads(stored["manifest"].tobytes())
            if manifest["of"] != _images_of(result):
                return None
            headers = [dcmread(io.BytesIO(archive.read(name)), force=True) for name in sorted(archive.namelist())]
            series = tuple(
                KeptSeries(
                    key=series_key(entry["series_instance_uid"], entry["stack"]),
                    series_instance_uid=entry["series_instance_uid"],
                    geometry=Geometry(tuple(entry["shape"]), stored[f"affine_{number}"]),
                    slices=tuple(ImageFrame(headers[place], frame) for place, frame in entry["slices"]),
                    semantic=stored.get(f"semantic_{number}"),
                    instances=stored.get(f"instances_{number}"),
                )
                for number, entry in enumerate(manifest["series"])
            )
    except (OSError, KeyError, ValueError, IndexError, TypeError, zipfile.BadZipFile):
        return None
    return KeptImages(series) if series else None


def _images_of(result: ScreeningResult) -> list[str | None]:
    info = result.provenance.segmenter
    return [result.provenance.inputs_sha256, f"{info.name} {info.version} {info.sha256}" if info else None]


def _frame_of(series: "Series", sop_instance_uid: str, position: NDArray[np.float64]) -> "Frame":
    """The frame of that object that lies nearest to the position, LPS mm."""

    def away(frame: "Frame") -> float:
        return float("inf") if frame.position is None else float(np.linalg.norm(position - frame.position))

    return min((one for one in series.frames if one.sop_instance_uid == sop_instance_uid), key=away)


def _header_bytes(path: str) -> bytes:
    """The part of a header that objects repeat, as a DICOM file without pixels."""
    from pydicom import Dataset
    from pydicom.uid import ExplicitVRLittleEndian

    from vcfimg.loaders.damage import quiet
    from vcfimg.loaders.pixels.dataset import read_dataset

    with quiet():
        image = read_dataset(path)
        header = Dataset()
        for keyword in _REPEATED.split():
            if keyword in image:
                header[keyword] = image[keyword]
        for keyword in _FUNCTIONAL_GROUPS:
            if keyword in image:
                setattr(header, keyword, [_groups(item) for item in image[keyword].value])
        _share_groups(header)
        target = io.BytesIO()
        header.save_as(target, implicit_vr=False, little_endian=ExplicitVRLittleEndian.is_little_endian)
    return target.getvalue()


def _groups(item: Any) -> Any:
    from pydicom import Dataset

    kept = Dataset()
    for keyword in _GROUPS:
        if keyword in item:
            kept[keyword] = item[keyword]
    return kept


def _share_groups(header: Any) -> None:
    """Put spacing and orientation where highdicom looks for them: scanners may repeat them for every frame."""
    from pydicom import Dataset

    if not (frames := header.get("PerFrameFunctionalGroupsSequence")):
        return
    if not header.get("SharedFunctionalGroupsSequence"):
        header.SharedFunctionalGroupsSequence = [Dataset()]
    shared = header.SharedFunctionalGroupsSequence[0]
    for keyword in ("PixelMeasuresSequence", "PlaneOrientationSequence"):
        if keyword not in shared and keyword in frames[0]:
            shared[keyword] = frames[0][keyword]


def _zipped(contents: Iterable[bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(zipfile.ZipInfo(f"{number:06d}.dcm"), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
