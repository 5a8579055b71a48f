"""The Image Pixel module of one object: what its pixels are said to be, checked before anything is decoded."""

from dataclasses import dataclass
from typing import Any, Final

from vcfimg.errors import LoadError
from vcfimg.loaders.damage import instance_name, quiet, refusing
from vcfimg.loaders.headers.element_text import whole_number
from vcfimg.loaders.pixels import codestream
from vcfimg.loaders.pixels.size_limits import DEFAULT_LIMITS, Limits
from vcfimg.loaders.pixels.slices import frame_count, positive

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
        if whole_number(dataset, "SamplesPerPixel") not in (None, 1) or photometric not in (
            "MONOCHROME1",
            "MONOCHROME2",
        ):
            raise LoadError("not_monochrome", f"{name} is not a greyscale image")
        rows, columns = positive(dataset, "Rows", name), positive(dataset, "Columns", name)
        frames = frame_count(dataset)
        _check_size(rows, columns, frames, name, limits)
        allocated = positive(dataset, "BitsAllocated", name)
        stored = positive(dataset, "BitsStored", name) if keyword == "PixelData" else allocated
        if allocated not in PIXEL_KEYWORDS[keyword] or not 1 <= stored <= allocated:
            raise LoadError("unsupported_bits", f"{name}: {stored} bits stored in {allocated} are not supported")
        high = whole_number(dataset, "HighBit")
        return PixelFormat(
            keyword=keyword,
            transfer_syntax=syntax,
            rows=rows,
            columns=columns,
            frames=frames,
            bits_allocated=allocated,
            bits_stored=stored,
            high_bit=high if high is not None and stored - 1 <= high < allocated else stored - 1,
            signed=whole_number(dataset, "PixelRepresentation") == 1,
            inverted=photometric == "MONOCHROME1",
            lossy=str(dataset.get("LossyImageCompression", "")) == "01",
            overlay_in_pixels=_overlay_in_pixels(dataset),
        )


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


def _check_size(rows: int, columns: int, frames: int, name: str, limits: Limits) -> None:
    if max(rows, columns) > limits.side_pixels or rows * columns > limits.frame_pixels or frames > limits.frames:
        raise LoadError("size_limit", f"{name} claims {frames} frames of {rows} x {columns} pixels, more than allowed")


def _overlay_in_pixels(dataset: Any) -> bool:
    return any(
        (group, 0x0102) in dataset and dataset[group, 0x0102].value and (group, 0x3000) not in dataset
        for group in range(0x6000, 0x6020, 2)
    )
