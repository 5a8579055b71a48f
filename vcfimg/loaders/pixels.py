"""Stored pixel values of an MR object, decoded only after every size has been checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.loaders import codestream
from vcfimg.loaders.limits import DEFAULT_LIMITS, Limits
from vcfimg.loaders.refusal import instance_name, quiet, refusing
from vcfimg.loaders.slices import frame_count

JPEG: Final = {
    "1.2.840.10008.1.2.4.50": frozenset({codestream.BASELINE}),
    "1.2.840.10008.1.2.4.51": frozenset({codestream.BASELINE, codestream.EXTENDED}),
    "1.2.840.10008.1.2.4.57": frozenset({codestream.LOSSLESS}),
    "1.2.840.10008.1.2.4.70": frozenset({codestream.LOSSLESS}),
    "1.2.840.10008.1.2.4.80": frozenset({codestream.JPEG_LS}),
    "1.2.840.10008.1.2.4.81": frozenset({codestream.JPEG_LS}),
}
"""Transfer syntaxes of the JPEG family and the frame headers each may hold."""
JPEG_EXTENDED: Final = "1.2.840.10008.1.2.4.51"
JPEG_LS: Final = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})
JPEG_2000: Final = frozenset({"1.2.840.10008.1.2.4." + last for last in ("90", "91", "201", "202", "203")})
RLE: Final = "1.2.840.10008.1.2.5"
NATIVE: Final = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"})
IMPLICIT_LITTLE: Final = "1.2.840.10008.1.2"

PIXEL_KEYWORDS: Final = {"PixelData": (8, 16, 32), "FloatPixelData": (32,), "DoubleFloatPixelData": (64,)}
"""Pixel data elements and the Bits Allocated each may have."""
EXCESS_BYTES: Final = 512
"""Padding after the last pixel that is let pass, unless it could be a row or column: then the size is wrong."""


@dataclass(frozen=True)
class PixelFormat:
    """The Image Pixel module of one object, checked.

    ``high_bit`` follows (0028,0102); a value that does not fit the other two is replaced by ``bits_stored - 1``.
    """

    keyword: str
    transfer_syntax: str
    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    inverted: bool
    """MONOCHROME1: the lowest value is white."""
    lossy: bool
    overlay_in_pixels: bool
    """An overlay plane lies in the bits above ``bits_stored`` (retired, but alive in archives)."""

    @property
    def floating(self) -> bool:
        """Float Pixel Data (7FE0,0008) or Double Float Pixel Data (7FE0,0009)."""
        return self.keyword != "PixelData"

    @property
    def frame_bytes(self) -> int:
        """Size of one uncompressed frame."""
        return self.rows * self.columns * self.bits_allocated // 8

    @property
    def stored_range(self) -> tuple[int, int]:
        """Smallest and largest value that ``bits_stored`` can hold."""
        if self.signed:
            return -(1 << (self.bits_stored - 1)), (1 << (self.bits_stored - 1)) - 1
        return 0, (1 << self.bits_stored) - 1


def pixel_format(dataset: Any, limits: Limits = DEFAULT_LIMITS) -> PixelFormat:
    """Check the Image Pixel module before anything is decoded.

    Raises
    ------
    LoadError
        ``no_pixel_data``, ``unsupported_transfer_syntax``, ``not_monochrome``, ``invalid_size``, ``size_limit``,
        ``unsupported_bits`` or ``damaged_header``.
    """
    name = instance_name(dataset.get("SOPInstanceUID"))
    with quiet(), refusing("damaged_header", f"{name}: the image description cannot be read"):
        keywords = [keyword for keyword in PIXEL_KEYWORDS if dataset.get(keyword)]
        if len(keywords) != 1:
            raise LoadError("no_pixel_data", f"{name} holds no pixel data, or holds it twice")
        keyword = keywords[0]
        syntax = _transfer_syntax(dataset)
        if syntax not in {*NATIVE, *JPEG, *JPEG_2000, RLE}:
            raise LoadError("unsupported_transfer_syntax", f"{name}: its compression is not supported ({syntax[:64]})")
        photometric = str(dataset.get("PhotometricInterpretation", "")).strip()
        if dataset.get("SamplesPerPixel", 1) != 1 or photometric not in ("MONOCHROME1", "MONOCHROME2"):
            raise LoadError("not_monochrome", f"{name} is not a greyscale image")
        rows, columns = _whole(dataset, "Rows", name), _whole(dataset, "Columns", name)
        frames = frame_count(dataset)
        _check_size(rows, columns, frames, name, limits)
        allocated = _whole(dataset, "BitsAllocated", name)
        stored = _whole(dataset, "BitsStored", name) if keyword == "PixelData" else allocated
        if allocated not in PIXEL_KEYWORDS[keyword] or not 1 <= stored <= allocated:
            raise LoadError("unsupported_bits", f"{name}: {stored} bits stored in {allocated} are not supported")
        high = dataset.get("HighBit")
        return PixelFormat(
            keyword=keyword,
            transfer_syntax=syntax,
            rows=rows,
            columns=columns,
            frames=frames,
            bits_allocated=allocated,
            bits_stored=stored,
            high_bit=high if isinstance(high, int) and stored - 1 <= high < allocated else stored - 1,
            signed=dataset.get("PixelRepresentation", 0) == 1,
            inverted=photometric == "MONOCHROME1",
            lossy=str(dataset.get("LossyImageCompression", "")) == "01",
            overlay_in_pixels=_overlay_in_pixels(dataset),
        )


def decode(dataset: Any, wanted: Sequence[int], form: PixelFormat) -> Iterator[NDArray[np.int64 | np.float64]]:
    """Decode the stored values of some frames, one after the other.

    Parameters
    ----------
    dataset
        The object that `form` describes.
    wanted
        Frames, counted from 0, in increasing order.
    form
        What :func:`pixel_format` found.

    Yields
    ------
    ndarray
        int64 (float64 for float pixel data), shape ``(rows, columns)``; sign extended and freed of bits that do not
        belong to the value. Neither rescaled nor inverted.

    Raises
    ------
    LoadError
        ``truncated_pixel_data``, ``damaged_pixel_data``, ``size_mismatch``, ``missing_frame``, ``unused_bits``.
    """
    name = instance_name(dataset.get("SOPInstanceUID"))
    if any(not 0 <= index < form.frames for index in wanted):
        raise LoadError("missing_frame", f"{name} holds {form.frames} frames, not as many as are described")
    native = form.transfer_syntax in NATIVE
    frames = (_decode_native if native else _decode_compressed)(dataset, wanted, form, name)
    for count in range(len(wanted)):
        # Nothing is yielded inside the contexts: the caller's own errors and warnings are its own.
        with quiet(), refusing("damaged_pixel_data", f"{name}: the pixel data cannot be decoded"):
            stored = next(frames, None)
            if stored is None:
                raise LoadError("truncated_pixel_data", f"{name}: only {count} of {len(wanted)} frames are there")
            if stored.shape != (form.rows, form.columns):
                raise LoadError("size_mismatch", f"{name}: a frame decoded to {stored.shape[:3]} pixels")
            values = stored.astype(np.float64) if form.floating else _significant_bits(stored, form, name)
        yield values


def _transfer_syntax(dataset: Any) -> str:
    """(0002,0010), or what the encoding of the data set shows when a file has no group 0002."""
    meta = getattr(dataset, "file_meta", None)
    syntax = str(meta.get("TransferSyntaxUID", "")) if meta is not None else ""
    if syntax:
        return syntax
    implicit, little = dataset.original_encoding
    if not little:
        return "1.2.840.10008.1.2.2"
    return IMPLICIT_LITTLE if implicit else "1.2.840.10008.1.2.1"


def _whole(dataset: Any, keyword: str, name: str) -> int:
    value = dataset.get(keyword)
    if not isinstance(value, int) or value < 1:
        raise LoadError("invalid_size", f"{name}: {keyword} is missing or not a positive number")
    return value


def _check_size(rows: int, columns: int, frames: int, name: str, limits: Limits) -> None:
    if max(rows, columns) > limits.side_pixels or rows * columns > limits.frame_pixels or frames > limits.frames:
        raise LoadError("size_limit", f"{name} claims {frames} frames of {rows} x {columns} pixels, more than allowed")


def _overlay_in_pixels(dataset: Any) -> bool:
    return any(
        (group, 0x0102) in dataset and dataset[group, 0x0102].value and (group, 0x3000) not in dataset
        for group in range(0x6000, 0x6020, 2)
    )


def _decode_native(dataset: Any, wanted: Sequence[int], form: PixelFormat, name: str) -> Iterator[NDArray[Any]]:
    from pydicom.pixels import get_decoder

    available, needed = len(dataset[form.keyword].value), form.frame_bytes * form.frames
    if available < needed:
        raise LoadError("truncated_pixel_data", f"{name}: {available} bytes of pixel data, {needed} are needed")
    line = min(form.rows, form.columns) * form.bits_allocated // 8
    if available > needed + min(EXCESS_BYTES, line - 1):
        raise LoadError("size_mismatch", f"{name}: {available} bytes of pixel data, but its size asks for {needed}")
    decoder = get_decoder(form.transfer_syntax)
    dataset.file_meta = _with_syntax(dataset, form.transfer_syntax)
    for index in wanted:
        yield decoder.as_array(dataset, index=index, raw=True, correct_unused_bits=False)[0]


def _with_syntax(dataset: Any, syntax: str) -> Any:
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    meta = getattr(dataset, "file_meta", None) or FileMetaDataset()
    meta.TransferSyntaxUID = UID(syntax)
    return meta


def _decode_compressed(dataset: Any, wanted: Sequence[int], form: PixelFormat, name: str) -> Iterator[NDArray[Any]]:
    from pydicom.encaps import generate_frames

    if form.floating:
        raise LoadError("unsupported_transfer_syntax", f"{name}: compressed float pixel data is not supported")
    offsets = dataset.get("ExtendedOffsetTable"), dataset.get("ExtendedOffsetTableLengths")
    table = (offsets[0], offsets[1]) if offsets[0] and offsets[1] else None
    keep = set(wanted)
    frames = generate_frames(dataset[form.keyword].value, number_of_frames=form.frames, extended_offsets=table)
    for index, frame in enumerate(frames):
        if index in keep:
            yield _decode_frame(bytes(frame), form, name)


def _decode_frame(frame: bytes, form: PixelFormat, name: str) -> NDArray[Any]:
    from pydicom.encaps import encapsulate
    from pydicom.pixels import get_decoder

    if form.transfer_syntax != RLE:
        read = codestream.read_jpeg2000 if form.transfer_syntax in JPEG_2000 else codestream.read_jpeg
        claim = read(frame)
        if claim.process not in JPEG.get(form.transfer_syntax, (None,)):
            raise LoadError("damaged_pixel_data", f"{name}: a frame is not compressed in the way announced")
        if form.transfer_syntax == JPEG_EXTENDED and claim.bits != 8:
            raise LoadError("unsupported_transfer_syntax", f"{name}: lossy JPEG of {claim.bits} bits is not supported")
        if (claim.rows, claim.columns, claim.samples) != (form.rows, form.columns, 1) or claim.bits > 16:
            raise LoadError(
                "size_mismatch",
                f"{name}: a compressed frame of {claim.rows} x {claim.columns} pixels ({claim.samples} x {claim.bits} "
                f"bits) stands where {form.rows} x {form.columns} were announced",
            )
    decoder = get_decoder(form.transfer_syntax)
    array, _ = decoder.as_array(
        encapsulate([frame]),
        raw=True,
        decoding_plugin=_plugin(form.transfer_syntax),
        correct_unused_bits=False,
        rows=form.rows,
        columns=form.columns,
        number_of_frames=1,
        samples_per_pixel=1,
        bits_allocated=form.bits_allocated,
        bits_stored=form.bits_stored,
        pixel_representation=int(form.signed),
        photometric_interpretation="MONOCHROME2",
        pixel_keyword="PixelData",
    )
    return np.asarray(array)


def _plugin(syntax: str) -> str:
    """The decoder for a transfer syntax: the most defensive one where there is a choice.

    The compiled RLE decoder is left out: it panics on damaged segments instead of raising an exception.
    """
    if syntax == RLE:
        return "pydicom"
    if syntax in JPEG_2000:
        return "pylibjpeg"
    return "pyjpegls" if syntax in JPEG_LS else "gdcm"


def _significant_bits(stored: NDArray[Any], form: PixelFormat, name: str) -> NDArray[np.int64]:
    """Keep the bits ``high_bit - bits_stored + 1 .. high_bit`` and extend the sign."""
    values = stored.astype(np.int64) & ((1 << form.bits_allocated) - 1)
    shift = form.high_bit + 1 - form.bits_stored if form.transfer_syntax in NATIVE | {RLE} else 0
    kept = (values >> shift) & ((1 << form.bits_stored) - 1)
    if form.signed:
        kept -= (kept >> (form.bits_stored - 1)) << form.bits_stored
    if shift == 0 and not form.overlay_in_pixels:
        # Bits above the value may only be empty or its sign; anything else means that Bits Stored is wrong, and
        # cutting them off would wrap bright tissue to dark.
        above = values >> form.bits_stored
        extension = (1 << (form.bits_allocated - form.bits_stored)) - 1
        if not np.all((above == 0) | ((above == extension) & (kept < 0))):
            raise LoadError("unused_bits", f"{name}: pixel values do not fit the {form.bits_stored} bits announced")
    return kept
