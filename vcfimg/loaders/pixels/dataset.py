"""One DICOM file, read whole within limits."""

import io
import os
import zlib
from pathlib import Path
from typing import Any, Final

from vcfimg.errors import LoadError
from vcfimg.loaders.damage import quiet, refusing
from vcfimg.loaders.pixels.odd_pixels import settle_doubles, with_delimiter
from vcfimg.loaders.pixels.size_limits import DEFAULT_LIMITS, Limits

PREAMBLE_BYTES: Final = 132
"""Preamble and the letters ``DICM``."""
GROUP_LENGTH_BYTES: Final = 12
"""The element (0002,0000) itself, which does not count its own length."""


def read_dataset(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> Any:
    """Read one DICOM file, pixel data included.

    Files without a preamble are read too. A deflated data set is inflated within `limits` and then looks like an
    uncompressed little-endian one.

    Returns
    -------
    pydicom.Dataset
        Whatever the file says; nothing in it has been checked.

    Raises
    ------
    LoadError
        ``unreadable_file``, ``file_too_large``, ``changed_file``, ``not_dicom``, ``inflation_limit``,
        ``truncated_file``.
    """
    data = _read_bytes(Path(path), limits)
    with quiet(), refusing("not_dicom", "the file is not readable as DICOM"):
        dataset = _parse(data, limits)
        if len(dataset) == 0 and (mended := with_delimiter(data)) is not None:
            dataset = _parse(mended, limits)
        settle_doubles(dataset, data)
    if len(dataset) == 0:
        # What pydicom leaves of a file that ends within a sequence or within compressed pixel data.
        raise LoadError("truncated_file", "the file ends too early")
    return dataset


def inflate(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Inflate a raw deflate stream (Deflated Explicit VR Little Endian) without ever holding more than the limit.

    Raises
    ------
    LoadError
        ``inflation_limit`` when the result would be too large, ``truncated_file`` when the stream is damaged.
    """
    allowed = min(limits.inflated_bytes, max(limits.inflation_floor_bytes, limits.inflation_ratio * len(data)))
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        result = engine.decompress(data, allowed + 1)
    except zlib.error as error:
        raise LoadError("truncated_file", "the deflated data set is damaged") from error
    if len(result) > allowed:
        raise LoadError("inflation_limit", f"the deflated data set inflates to more than {allowed} bytes")
    if not engine.eof:
        raise LoadError("truncated_file", "the deflated data set ends too early")
    return result


def _read_bytes(path: Path, limits: Limits) -> bytes:
    with refusing("unreadable_file", "the file cannot be opened"), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > limits.file_bytes:
            raise LoadError("file_too_large", f"the file has {size} bytes, more than {limits.file_bytes}")
        # As much memory is taken as is asked for, whatever comes.
        data = file.read(size + 1)
    if len(data) > size:
        raise LoadError("changed_file", "the file grew while it was read")
    return data


def _parse(data: bytes, limits: Limits) -> Any:
    from pydicom import dcmread
    from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

    # Reading from memory clamps a lying element length to what is there; a file object would allocate it first.
    meta, start = _file_meta(data)
    if meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return dcmread(io.BytesIO(data), force=True)
    dataset = dcmread(io.BytesIO(inflate(data[start:], limits)), force=True)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta = meta
    return dataset


def _file_meta(data: bytes) -> tuple[Any, int]:
    """Group 0002, always explicit little endian, and where the data set behind it starts."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.filereader import read_dataset as read_elements

    start = PREAMBLE_BYTES if data[PREAMBLE_BYTES - 4 : PREAMBLE_BYTES] == b"DICM" else 0
    stream = io.BytesIO(data)
    stream.seek(start)
    if data[start : start + 2] != b"\x02\x00":
        return FileMetaDataset(), start
    elements = read_elements(
        stream, is_implicit_VR=False, is_little_endian=True, stop_when=lambda tag, vr, length: tag >> 16 != 2
    )
    length = elements.get("FileMetaInformationGroupLength")
    return FileMetaDataset(elements), start + GROUP_LENGTH_BYTES + int(length) if length else stream.tell()
