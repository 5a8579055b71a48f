"""How fast the node takes images, beside DCMTK's storage sink: ``python -m pipelines.bench.node_intake``.

One sender over loopback, images of half a megabyte, the receivers in turn; files per second, and their ratio.
"""

import argparse
import multiprocessing
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from pipelines.peers.dimse import store
from pipelines.peers.peer import DimsePeer
from pipelines.site.site_config import NodeSection
from pipelines.sources.spool import Spool

SHAPE = (512, 512)


def images(count: int) -> list[Dataset]:
    """One study of noise."""
    study, series = generate_uid(), generate_uid()
    pixels = np.random.default_rng(0).integers(0, 1000, SHAPE, np.uint16).tobytes()
    made = []
    for number in range(count):
        one = Dataset()
        one.file_meta = FileMetaDataset()
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one.SOPClassUID = one.file_meta.MediaStorageSOPClassUID = MRImageStorage
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        one.StudyInstanceUID, one.SeriesInstanceUID, one.InstanceNumber = study, series, number
        one.Rows, one.Columns = SHAPE
        one.BitsAllocated = one.BitsStored = 16
        one.HighBit, one.PixelRepresentation, one.SamplesPerPixel = 15, 0, 1
        one.PhotometricInterpretation = "MONOCHROME2"
        one.PixelData = pixels
        made.append(one)
    return made


def serve(port: int, folder: Path) -> None:
    """The node's receiver, until it is ended."""
    from pipelines.node.receiver import receiving

    settings = NodeSection(port=port, out=folder, calling_ae_titles=("BENCH",))
    with receiving(settings, Spool(folder / "spool")):
        time.sleep(3600)


@contextmanager
def node(port: int, folder: Path) -> Iterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(port, folder))
    process.start()
    time.sleep(4)
    try:
        yield
    finally:
        process.kill()
        process.join()


@contextmanager
def sink(port: int, folder: Path) -> Iterator[None]:
    process = subprocess.Popen(["/usr/bin/storescp", "-od", str(folder), str(port)])
    time.sleep(1)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def rate(receiver: Callable[[int, Path], object], port: int, datasets: list[Dataset]) -> float:
    """Files per second."""
    peer = DimsePeer("bench", "127.0.0.1", port, "VCFIMG", calling_ae_title="BENCH")
    with tempfile.TemporaryDirectory() as folder, receiver(port, Path(folder)):  # type: ignore[attr-defined]
        store(peer, datasets[:5])
        began = time.perf_counter()
        statuses = store(peer, datasets)
        taken = time.perf_counter() - began
    assert set(statuses.values()) == {0}
    return len(datasets) / taken


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print("| round | node, files/s | storescp, files/s | ratio |\n|---|---|---|---|")
    for number in range(options.rounds):
        datasets = images(options.images)
        ours, theirs = rate(node, 21112 + 2 * number, datasets), rate(sink, 21113 + 2 * number, datasets)
        print(f"| {number + 1} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
