"""Times the header scan beside ``dcm2niix -b o`` on one folder: ``python -m pipelines.bench.header_scan [FOLDER]``.

Without a folder, a synthetic archive is written first: series of 25 slices with about a hundred header elements and
a private block, as clinical scanners write them.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from vcfimg.evaluation.peak_memory import peak_memory_mb

SLICES = 25
SERIES_PER_STUDY = 8


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print one line per method."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.bench.header_scan", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="folder to scan; a synthetic archive by default")
    parser.add_argument("--files", type=int, default=10_000, help="size of the synthetic archive")
    parser.add_argument("--side", type=int, default=320, help="rows and columns of a synthetic image")
    parser.add_argument("--workers", type=int, default=2, help="processes of the parallel scan")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vcfimg-bench-") as scratch:
        folder = options.folder or write_archive(Path(scratch) / "archive", options.files, options.side)
        for name, seconds, note in measure(folder, Path(scratch), options.workers):
            print(f"{name:<34} {seconds:8.3f} s  {note}")
    return 0


def measure(folder: Path, scratch: Path, workers: int) -> list[tuple[str, float, str]]:
    """(method, seconds, remark) of every method, on a folder that was read once so that the disk plays no part."""
    import vcfimg.loaders.headers.header  # noqa: F401 - imports are not what is measured
    from vcfimg.loaders import scan
    from vcfimg.loaders.headers.header_index import HeaderIndex

    _read_once(folder)
    index = scratch / "index.sqlite"
    lines: list[tuple[str, float, str]] = []

    def timed(name: str, run: Callable[[], str]) -> None:
        cpu, start = _cpu_seconds(), time.perf_counter()
        note = run()
        used = _cpu_seconds() - cpu
        lines.append((name, time.perf_counter() - start, f"{used:6.2f} s of processor time; {note}"))

    def scanned(workers: int, index: Path | None = None) -> str:
        with HeaderIndex(index) as headers:
            result = scan(folder, workers=workers, index=headers)
        images = sum(len(series.frames) for study in result.studies for series in study.series)
        return f"{len(result.studies)} studies, {images} images, {len(result.skipped)} skipped"

    timed("scan, 1 process", lambda: scanned(1))
    timed(f"scan, {workers} processes", lambda: scanned(workers))
    scanned(workers, index)
    for repeat in ("first", "again"):
        timed(f"rescan, unchanged, {repeat}", lambda: scanned(1, index))
    if shutil.which("dcm2niix"):
        timed("dcm2niix -b o (headers only)", lambda: _dcm2niix(folder, scratch / "sidecars"))
    else:
        lines.append(("dcm2niix -b o (headers only)", float("nan"), "not installed"))
    lines.append(("peak memory of this process", float("nan"), f"{peak_memory_mb():.0f} MB"))
    return lines


def _cpu_seconds() -> float:
    """Processor time of this process and its finished children: what a busy machine does not falsify."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _read_once(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                file.read(64 * 1024)


def _dcm2niix(folder: Path, out: Path) -> str:
    out.mkdir()
    subprocess.run(
        ["dcm2niix", "-b", "o", "-d", "9", "-f", "%j", "-o", str(out), str(folder)],
        check=False,
        capture_output=True,
        timeout=600,
    )
    return f"{len(list(out.glob('*.json')))} sidecars"


def write_archive(folder: Path, files: int, side: int) -> Path:
    """Write ``files`` MR images of 25-slice series, eight series per study; returns ``folder``."""
    import numpy as np
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    pixels = np.random.default_rng(0).integers(0, 4096, (side, side), dtype=np.uint16).tobytes()
    for number in range(files):
        study, series = divmod(number // SLICES, SERIES_PER_STUDY)
        target = folder / f"study{study:04}" / f"series{series:02}" / f"{number % SLICES:05}"
        target.parent.mkdir(parents=True, exist_ok=True)
        dataset = _template(series, side)
        dataset.PatientID = f"BENCH{study:05}"
        dataset.StudyInstanceUID = generate_uid(entropy_srcs=["study", str(study)])
        dataset.FrameOfReferenceUID = generate_uid(entropy_srcs=["frame", str(study)])
        dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["series", str(study), str(series)])
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=["instance", str(number)])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber = number % SLICES + 1
        dataset.ImagePositionPatient = [4.4 * (number % SLICES) - 50, -100.0, 120.0]
        dataset.PixelData = pixels
        buffer = io.BytesIO()
        pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
        assert dataset.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        target.write_bytes(buffer.getvalue())
    return folder


def _template(series: int, side: int):  # type: ignore[no-untyped-def]
    """A data set with what a scanner writes: timing, geometry, filler elements and a private block."""
    import pydicom
    from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

    stir, t2 = series % 3 == 2, series % 3 == 1
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = MRImageStorage
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "NORM"]
    dataset.Modality, dataset.Manufacturer, dataset.StudyDate = "MR", "SYNTHETIC", "20260101"
    dataset.SeriesNumber, dataset.AcquisitionNumber = series + 1, 1
    dataset.SeriesDescription = "stir_sag" if stir else "t2_tse_sag" if t2 else "t1_tse_sag"
    dataset.BodyPartExamined = "LSPINE"
    dataset.ScanningSequence = ["SE", "IR"] if stir else "SE"
    dataset.RepetitionTime, dataset.EchoTime = (4000, 60) if stir else (3500, 100) if t2 else (600, 10)
    if stir:
        dataset.InversionTime = 160
    dataset.MagneticFieldStrength, dataset.FlipAngle, dataset.SliceThickness = 1.5, 150, 4
    dataset.Rows = dataset.Columns = side
    dataset.PixelSpacing, dataset.ImageOrientationPatient = [0.9, 0.9], [0, 1, 0, 0, 0, -1]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    for filler in range(40):
        dataset.add_new((0x0019, 0x1010 + filler), "LO", f"value {filler} of a private block")
    dataset.add_new((0x0019, 0x0010), "LO", "SYNTHETIC HEADER")
    dataset.add_new((0x0029, 0x0010), "LO", "SYNTHETIC LARGE")
    dataset.add_new((0x0029, 0x1010), "OB", bytes(12_000))
    return dataset


if __name__ == "__main__":
    sys.exit(main())
