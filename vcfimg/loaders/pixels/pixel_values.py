"""Stored pixel values of an MR object, decoded frame by frame."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.errors import LoadError
from vcfimg.loaders.damage import instance_name, quiet, refusing
from vcfimg.loaders.pixels import codestream
from vcfimg.loaders.pixels.pixel_format import JPEG, JPEG_2000, JPEG_EXTENDED, JPEG_LS, NATIVE, RLE, PixelFormat

EXCESS_BYTES: Final = 512
"""Padding after the last pixel that is let pass, unless it could be a row or column: then the size is wrong."""


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
        _check_codestream(frame, form, name)
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


def _check_codestream(frame: bytes, form: PixelFormat, name: str) -> None:
    """A compressed frame must be what was announced, and must not ask for more memory than that."""
    try:
        read = codestream.read_jpeg2000 if form.transfer_syntax in JPEG_2000 else codestream.read_jpeg
        claim = read(frame)
    except LoadError as error:
        raise LoadError(error.code, f"{name}: {error.message}") from error
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
