"""The header elements a scan keeps, as raw text, and their conversion once per stack."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from vcfimg.base import Vec3
from vcfimg.loaders.headers.charset import decode_text
from vcfimg.loaders.study import Header
from vcfimg.loaders.tolerances import MAX_POSITION_MM, PIXEL_SPACING_RANGE_MM

TAGS: Final[dict[str, int]] = {
    "charset": 0x00080005,
    "image_type": 0x00080008,
    "study_date": 0x00080020,
    "accession_number": 0x00080050,
    "manufacturer": 0x00080070,
    "study_description": 0x00081030,
    "series_description": 0x0008103E,
    "model": 0x00081090,
    "complex_component": 0x00089208,
    "acquisition_contrast": 0x00089209,
    "patient_name": 0x00100010,
    "patient_id": 0x00100020,
    "birth_date": 0x00100030,
    "contrast_agent": 0x00180010,
    "body_part": 0x00180015,
    "scanning_sequence": 0x00180020,
    "sequence_variant": 0x00180021,
    "scan_options": 0x00180022,
    "acquisition_type": 0x00180023,
    "sequence_name": 0x00180024,
    "slice_thickness": 0x00180050,
    "repetition_time": 0x00180080,
    "echo_time": 0x00180081,
    "inversion_time": 0x00180082,
    "field_strength": 0x00180087,
    "echo_train_length": 0x00180091,
    "protocol_name": 0x00181030,
    "contrast_volume": 0x00181041,
    "flip_angle": 0x00181314,
    "pulse_sequence_name": 0x00189005,
    "echo_pulse_sequence": 0x00189008,
    "inversion_recovery": 0x00189009,
    "fat_suppression": 0x00189025,
    "inversion_times": 0x00189079,
    "b_value": 0x00189087,
    "study_uid": 0x0020000D,
    "series_uid": 0x0020000E,
    "series_number": 0x00200011,
    "orientation": 0x00200037,
    "concatenation": 0x00209161,
    "concatenation_part": 0x00209162,
    "concatenation_parts": 0x00209163,
    "frame_of_reference": 0x00200052,
    "rows": 0x00280010,
    "columns": 0x00280011,
    "pixel_spacing": 0x00280030,
}
"""Kept once per distinct combination, never per file."""

NAMES: Final[tuple[str, ...]] = (*TAGS, "transfer_syntax")
SLOT: Final[dict[str, int]] = {name: index for index, name in enumerate(NAMES)}

RawHeader = tuple[str | None, ...]
"""One text per name of :data:`NAMES`: the bytes of the file read as Latin-1, unconverted; None when absent or empty.
Patient name and birth date become digests (:mod:`vcfimg.loaders.headers.pseudonyms`) before anything is kept."""


class RawFrame(NamedTuple):
    """What differs between the frames of one :data:`RawHeader`."""

    position: Vec3 | None
    frame: int | None
    instance_number: int | None
    acquisition: tuple[str, ...]


class Record(NamedTuple):
    """A usable MR file: its instance UID and, per distinct header in it, the frames."""

    sop_instance_uid: str
    parts: tuple[tuple[RawHeader, tuple[RawFrame, ...]], ...]


class SkippedImage(NamedTuple):
    """An MR image that cannot be used, of which the header still says to what series it belongs."""

    reason: str
    """A code of :mod:`vcfimg.loaders.headers.skip_reasons`."""
    sop_instance_uid: str | None
    raw: RawHeader


def raw_header(get: Callable[[int], str | None], transfer_syntax: str | None) -> RawHeader:
    """Collect a :data:`RawHeader` from a function that gives the text of a tag."""
    return (*map(get, TAGS.values()), transfer_syntax)


def decimal(text: str) -> float:
    """A decimal string as a number; a comma that can only be the decimal sign is read as one.

    Raises
    ------
    ValueError
        When it is not a number.
    """
    try:
        return float(text)
    except ValueError:
        if text.count(",") != 1 or "." in text:
            raise
        return float(text.replace(",", "."))


def floats(text: str | None) -> tuple[float, ...]:
    """The finite numbers of a backslash-separated text; empty when any part is not a finite number."""
    if not text:
        return ()
    try:
        numbers = tuple(decimal(part) for part in text.split("\\"))
    except ValueError:
        return ()
    return numbers if all(map(math.isfinite, numbers)) else ()


def position(text: str | None) -> Vec3 | None:
    """Image Position (Patient) (0020,0032); None when it is absent, unreadable or impossible."""
    numbers = floats(text)
    if len(numbers) != 3 or max(map(abs, numbers)) > MAX_POSITION_MM:
        return None
    return numbers[0], numbers[1], numbers[2]


def number(text: str | None, low: float, high: float) -> float | None:
    """The first number of ``text`` inside ``[low, high]``; None when there is none.

    Philips writes ``0\\1.797e308`` where no inversion time exists, so every part is looked at.
    """
    for part in (text or "").split("\\"):
        try:
            value = decimal(part)
        except ValueError:
            continue
        if low <= value <= high:
            return value
    return None


def integer(text: str | None, high: int = 2**31) -> int | None:
    """``text`` as a whole number from -``high`` to ``high``, else None."""
    value = number(text, -high, high)
    return None if value is None else int(value)


def codes(text: str | None) -> tuple[str, ...]:
    """Upper-case code strings of a multi-valued text."""
    return tuple(part for part in (piece.strip().upper() for piece in (text or "").split("\\")) if part)


def decoder(raw: RawHeader) -> Callable[[str | None], str | None]:
    """A function that turns kept Latin-1 text into Unicode by the header's SpecificCharacterSet (0008,0005)."""
    charset = raw[SLOT["charset"]]

    def plain(text: str | None) -> str | None:
        return (" ".join(text.split()) or None) if text else None

    if charset is None:
        return plain

    def decode(text: str | None) -> str | None:
        if text is None or (text.isascii() and "\x1b" not in text):
            return plain(text)
        return plain(decode_text(text.encode("latin-1", "replace"), charset))

    return decode


MIN_TI_MS: Final = 20.0
MAX_TI_MS: Final = 6000.0
"""Inversion times outside are filler values (0, 1.8e308), not pulses."""


def convert(raw: RawHeader) -> Header:
    """The typed header of one stack; every unreadable or impossible value becomes None."""

    def get(name: str) -> str | None:
        return raw[SLOT[name]]

    text = decoder(raw)
    trains = number(get("echo_train_length"), 1, 5000)
    return Header(
        series_description=text(get("series_description")),
        protocol_name=text(get("protocol_name")),
        study_description=text(get("study_description")),
        body_part=text(get("body_part")),
        manufacturer=text(get("manufacturer")),
        model=text(get("model")),
        series_number=integer(get("series_number")),
        image_type=codes(get("image_type")),
        scanning_sequence=codes(get("scanning_sequence")),
        sequence_variant=codes(get("sequence_variant")),
        scan_options=codes(get("scan_options")),
        sequence_name=text(get("sequence_name")) or text(get("pulse_sequence_name")),
        acquisition_type=text(get("acquisition_type")),
        acquisition_contrast=text(get("acquisition_contrast")),
        complex_component=text(get("complex_component")),
        echo_pulse_sequence=text(get("echo_pulse_sequence")),
        inversion_recovery=text(get("inversion_recovery")),
        fat_suppression=text(get("fat_suppression")),
        repetition_time=number(get("repetition_time"), 0.5, 60000),
        echo_time=number(get("echo_time"), 0.05, 2000),
        inversion_time=number(get("inversion_time"), MIN_TI_MS, MAX_TI_MS)
        or number(get("inversion_times"), MIN_TI_MS, MAX_TI_MS),
        flip_angle=number(get("flip_angle"), 0, 360),
        echo_train_length=None if trains is None else int(trains),
        field_strength=_tesla(get("field_strength")),
        b_value=number(get("b_value"), 0, 100000),
        contrast_agent=text(get("contrast_agent")),
        contrast_volume=number(get("contrast_volume"), 0, 1000),
        rows=integer(get("rows"), 65535),
        columns=integer(get("columns"), 65535),
        pixel_spacing=_pixel_spacing(get("pixel_spacing")),
        slice_thickness=number(get("slice_thickness"), 0.01, 1000),
        frame_of_reference_uid=text(get("frame_of_reference")),
        transfer_syntax_uid=get("transfer_syntax"),
    )


def _pixel_spacing(text: str | None) -> tuple[float, float] | None:
    spacing = floats(text)
    low, high = PIXEL_SPACING_RANGE_MM
    return (spacing[0], spacing[1]) if len(spacing) == 2 and low <= min(spacing) <= max(spacing) <= high else None


def _tesla(text: str | None) -> float | None:
    """Field strength in tesla; some scanners write gauss (15000 for 1.5 T)."""
    value = number(text, 0.01, 120000)
    if value is None:
        return None
    return value / 10000 if value > 100 else value
