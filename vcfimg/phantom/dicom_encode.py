"""Puts stored values into a data set and the data set onto disk, in any of the usual transfer syntaxes."""

from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.dicom_vendor import VendorStyle


class Encoding(StrEnum):
    """Transfer syntax of a written study; all of them lossless."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    BIG_ENDIAN = "big_endian"
    DEFLATED = "deflated"
    RLE = "rle"
    JPEG_LOSSLESS = "jpeg_lossless"
    JPEG_LS = "jpeg_ls"
    JPEG_2000 = "jpeg_2000"


TRANSFER_SYNTAXES: Final = {
    Encoding.EXPLICIT: "1.2.840.10008.1.2.1",
    Encoding.IMPLICIT: "1.2.840.10008.1.2",
    Encoding.BIG_ENDIAN: "1.2.840.10008.1.2.2",
    Encoding.DEFLATED: "1.2.840.10008.1.2.1.99",
    Encoding.RLE: "1.2.840.10008.1.2.5",
    Encoding.JPEG_LOSSLESS: "1.2.840.10008.1.2.4.70",
    Encoding.JPEG_LS: "1.2.840.10008.1.2.4.80",
    Encoding.JPEG_2000: "1.2.840.10008.1.2.4.90",
}
"""(0002,0010) Transfer Syntax UID."""
_PLUGINS: Final = {Encoding.RLE: "pydicom", Encoding.JPEG_LS: "pyjpegls", Encoding.JPEG_2000: "pylibjpeg"}
IMPLEMENTATION_UID: Final = "2.25.135716216349811826347498410498327661265"
"""(0002,0012) Implementation Class UID of this writer."""


def quantise(array: NDArray[np.floating], style: VendorStyle) -> tuple[NDArray[np.integer[Any]], float]:
    """Scale signal to the stored values a vendor would use.

    Returns
    -------
    stored, slope
        16-bit integers with the brightest pixel at ``style.full_scale``, and the Rescale Slope that gives the signal
        back (1 for vendors whose signal has no unit).
    """
    signal = np.clip(np.asarray(array, dtype=np.float64), 0, None)
    brightest = float(signal.max()) or 1.0
    stored = np.round(signal * (style.full_scale / brightest)).astype(np.int16 if style.signed else np.uint16)
    return stored, brightest / style.full_scale if style.rescaled else 1.0


def put_pixels(dataset: Any, stored: NDArray[np.integer[Any]], style: VendorStyle, encoding: Encoding) -> None:
    """Fill the Image Pixel module; `stored` is ``(rows, columns)`` or ``(frames, rows, columns)``."""
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, style.bits_stored, style.bits_stored - 1
    dataset.PixelRepresentation = int(style.signed)
    big = encoding is Encoding.BIG_ENDIAN
    dataset.PixelData = stored.astype(stored.dtype.newbyteorder("big" if big else "little")).tobytes()
    dataset["PixelData"].VR = "OW"


def save(dataset: Any, path: Path, encoding: Encoding) -> None:
    """Write one Part 10 file; the same data set gives the same bytes."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    plain = encoding in _PLUGINS or encoding is Encoding.JPEG_LOSSLESS
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = UID(TRANSFER_SYNTAXES[Encoding.EXPLICIT if plain else encoding])
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = "VCFIMG"
    dataset.file_meta = meta
    path.parent.mkdir(parents=True, exist_ok=True)
    if encoding in _PLUGINS:
        syntax = UID(TRANSFER_SYNTAXES[encoding])
        dataset.compress(syntax, encoding_plugin=_PLUGINS[encoding], generate_instance_uid=False)
    dataset.save_as(path, enforce_file_format=True, overwrite=True)
    if encoding is Encoding.JPEG_LOSSLESS:
        _compress_jpeg_lossless(dataset, path)
        dataset.save_as(path, enforce_file_format=True, overwrite=True)


def _compress_jpeg_lossless(dataset: Any, path: Path) -> None:
    """Replace the pixels by those that GDCM makes of the uncompressed file; pydicom has no encoder for them.

    Only the pixel data is taken over, for GDCM rewrites functional groups.
    """
    import gdcm
    from pydicom import dcmread

    packed = path.with_name(path.name + ".packed")
    reader, change, writer = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax(), gdcm.ImageWriter()
    reader.SetFileName(str(path))
    writer.SetFileName(str(packed))
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    try:
        if not reader.Read():
            raise OSError(f"{path} cannot be read back for compression")
        change.SetInput(reader.GetImage())
        if not change.Change():
            raise OSError(f"{path} cannot be compressed as JPEG lossless")
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        if not writer.Write():
            raise OSError(f"{packed} cannot be written")
        compressed = dcmread(packed)
    finally:
        packed.unlink(missing_ok=True)
    dataset["PixelData"] = compressed["PixelData"]
    dataset.file_meta.TransferSyntaxUID = compressed.file_meta.TransferSyntaxUID
