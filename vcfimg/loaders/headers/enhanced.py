"""Frames of enhanced and legacy-converted MR files: one raw header per distinct set of functional groups."""

import io
from collections.abc import Iterator
from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag

from vcfimg.loaders.headers.charset import python_encodings
from vcfimg.loaders.headers.element_text import value_of
from vcfimg.loaders.headers.fields import SLOT, TAGS, RawFrame, RawHeader, Record, integer, position, raw_header
from vcfimg.loaders.headers.refused_file import Refused, require_identifiers
from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.headers.syntax import STOP_MULTI, Syntax

MAX_FRAMES: Final = 20_000
"""More frames than any spine examination has; a file that claims more is damaged or hostile."""

_UNASSIGNED: Final = (0x00209170, 0x00209171)
"""Shared / PerFrame converted attributes: where legacy conversion puts what has no functional group of its own."""

_GROUPS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "image_type": ((0x00189226, 0x00089007),),
    "complex_component": ((0x00189226, 0x00089208),),
    "acquisition_contrast": ((0x00189226, 0x00089209),),
    "echo_time": ((0x00189114, 0x00189082), (0x00189114, 0x00180081)),
    "repetition_time": ((0x00189112, 0x00180080),),
    "flip_angle": ((0x00189112, 0x00181314),),
    "echo_train_length": ((0x00189112, 0x00180091), (0x00189112, 0x00189240)),
    "inversion_times": ((0x00189115, 0x00189079),),
    "inversion_recovery": ((0x00189115, 0x00189009),),
    "fat_suppression": ((0x00189115, 0x00189025),),
    "b_value": ((0x00189117, 0x00189087),),
    "orientation": ((0x00209116, 0x00200037),),
    "pixel_spacing": ((0x00289110, 0x00280030),),
    "slice_thickness": ((0x00289110, 0x00180050),),
    "body_part": ((0x00209071, 0x00180015),),
}
"""Field -> (functional group sequence, element), in order of trust."""

_DEFERRED_CONTRAST: Final = 0x00180012


def read_multi_frame(data: bytes, syntax: Syntax) -> Record:
    """The record of a multi-frame file whose bytes up to the pixel data are ``data``."""
    stream = io.BytesIO(data)
    stream.seek(syntax.offset)
    dataset = read_dataset(
        stream, syntax.implicit, syntax.little, stop_when=lambda tag, vr, length: bool(tag >= STOP_MULTI)
    )
    _refuse_codecs(dataset, syntax)
    shared = next(_items(dataset, 0x52009229), Dataset())
    count = integer(_text(dataset, 0x00280008)) or 1
    groups = list(_items(dataset, 0x52009230))
    if count > MAX_FRAMES or len(groups) < count:
        raise Refused(SkipReason.FRAMES_WITHOUT_GEOMETRY)
    parts: dict[RawHeader, list[RawFrame]] = {}
    agent = "coded agent" if any(True for _ in _items(dataset, _DEFERRED_CONTRAST)) else None
    for index, own in enumerate(groups[:count]):
        raw = _header(dataset, shared, own, syntax.uid, agent)
        parts.setdefault(raw, []).append(_frame(shared, own, index))
    if all(frame.position is None for frames in parts.values() for frame in frames):
        raise Refused(SkipReason.FRAMES_WITHOUT_GEOMETRY)
    uid = require_identifiers(next(iter(parts)), _text(dataset, 0x00080018))
    return Record(uid, tuple((raw, tuple(frames)) for raw, frames in parts.items()))


def _refuse_codecs(dataset: Dataset, syntax: Syntax) -> None:
    """Keep pydicom from decoding text by a Python codec that the file names (:mod:`vcfimg.loaders.headers.charset`)."""
    if charset := _text(dataset, 0x00080005):
        dataset.set_original_encoding(syntax.implicit, syntax.little, python_encodings(charset))


def _header(dataset: Dataset, shared: Dataset, own: Dataset, uid: str | None, agent: str | None) -> RawHeader:
    nested: dict[int, str | None] = {}
    for name, places in _GROUPS.items():
        tag = TAGS[name]
        nested[tag] = next((text for text in (_in_group(own, shared, *place) for place in places) if text), None)

    def get(tag: int) -> str | None:
        value = nested.get(tag) or _text(dataset, tag)
        if value is None:
            value = next((text for text in (_in_group(own, shared, seq, tag) for seq in _UNASSIGNED) if text), None)
        return agent if value is None and tag == TAGS["contrast_agent"] else value

    raw = list(raw_header(get, uid))
    # pydicom has already decoded the text of this file: keep it as UTF-8 read as Latin-1, and say so.
    raw[SLOT["charset"]] = "ISO_IR 192"
    return tuple(None if value is None else value.encode("utf-8", "replace").decode("latin-1") for value in raw)


def _frame(shared: Dataset, own: Dataset, index: int) -> RawFrame:
    place = _in_group(own, shared, 0x00209113, 0x00200032) or next(
        (text for text in (_in_group(own, shared, seq, 0x00200032) for seq in _UNASSIGNED) if text), None
    )
    acquisition = (
        _in_group(own, shared, 0x00209111, 0x00209156) or "",  # FrameAcquisitionNumber
        _in_group(own, shared, 0x00209111, 0x00209128) or "",  # TemporalPositionIndex
        _in_group(own, shared, 0x00209111, 0x00209056) or "",  # StackID
        "",
    )
    return RawFrame(
        position(place),
        index,
        index + 1,
        acquisition if any(acquisition) else (),
    )


def _in_group(own: Dataset, shared: Dataset, sequence: int, tag: int) -> str | None:
    """Text of an element in a functional group: the frame's own, else the shared one."""
    for groups in (own, shared):
        for item in _items(groups, sequence):
            text = _text(item, tag)
            if text:
                return text
    return None


def _items(dataset: Dataset, tag: int) -> Iterator[Dataset]:
    """Items of a sequence; nothing when it is absent or not a sequence."""
    element = dataset.get(BaseTag(tag))
    value: Any = None if element is None else element.value
    if isinstance(value, (list, tuple)) or type(value).__name__ == "Sequence":
        yield from (item for item in value if isinstance(item, Dataset))


def _text(dataset: Dataset, tag: int) -> str | None:
    """Backslash-separated text of an element, None when absent or empty."""
    value = value_of(dataset, tag)
    if value is None or isinstance(value, Dataset):
        return None
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    elif type(value).__name__ == "Sequence":
        return None
    else:
        text = "\\".join(str(part) for part in value)
    return text.strip(" \x00") or None
