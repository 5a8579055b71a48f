"""Files that a series should have given and did not: skipped ones, and lost parts of a concatenation."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from vcfimg.base import Note
from vcfimg.loaders.headers.fields import SLOT, RawHeader, SkippedImage, convert, floats, integer
from vcfimg.loaders.headers.skip_reasons import SkipReason
from vcfimg.loaders.stacks.plane import plane_of, valid_orientation
from vcfimg.loaders.stacks.stack_key import TIME_TOLERANCE_MS
from vcfimg.loaders.study import Classification, Header, Series, SkippedFile

Skipped = Sequence[tuple[str, SkippedImage]]
"""Path and image of each file of one series that could not be used."""

Recognise = Callable[[Header, str | None], Classification]

PARTS_MISSING: Final = "concatenation_incomplete"
FILES_SKIPPED: Final = "files_skipped"


def with_skipped(
    study_uid: str, series_uid: str, stacks: Sequence[Series], skipped: Skipped, recognise: Recognise
) -> list[Series]:
    """The stacks of one series with the skipped files that belong to each.

    Files that fit no stack become stacks of their own, without frames and with the problem that keeps them from use.
    """
    of_stack: dict[str, list[SkippedFile]] = defaultdict(list)
    apart: dict[Header, list[tuple[str, SkippedImage]]] = {}
    for path, image in skipped:
        header = convert(image.raw)
        fitting = next((stack for stack in stacks if _fits(header, stack.header)), None)
        if fitting is not None:
            of_stack[fitting.key].append(SkippedFile(path, image.reason))
            continue
        kind = next((other for other in apart if _fits(header, other) or _fits(other, header)), header)
        apart.setdefault(kind, []).append((path, image))
    found = [_noted(stack, of_stack[stack.key]) if stack.key in of_stack else stack for stack in stacks]
    names = [None] if len(apart) == 1 and not stacks else [f"unusable-{number}" for number in range(1, len(apart) + 1)]
    for name, (header, files) in zip(names, apart.items(), strict=True):
        found.append(_unusable(study_uid, series_uid, name, header, files, recognise))
    return found


def _fits(header: Header, other: Header) -> bool:
    """Whether nothing that ``header`` says keeps it from belonging to the stack of ``other``; it may be cut off."""
    if header.image_type and other.image_type and header.image_type != other.image_type:
        return False
    times = header.echo_time, other.echo_time
    return times[0] is None or times[1] is None or abs(times[0] - times[1]) < TIME_TOLERANCE_MS


def _noted(stack: Series, files: Sequence[SkippedFile]) -> Series:
    total = len(stack.files) + len(files)
    text = f"{len(files)} of the {total} files of a series were skipped: {_reasons(file.reason for file in files)}"
    return replace(stack, skipped=tuple(files), notes=(*stack.notes, Note(code=FILES_SKIPPED, text=text)))


def _unusable(
    study_uid: str, series_uid: str, name: str | None, header: Header, files: Skipped, recognise: Recognise
) -> Series:
    reasons = [image.reason for _, image in files]
    most = Counter(reasons).most_common(1)[0][0]
    number = "Its file" if len(files) == 1 else f"None of its {len(files)} files"
    could = "could not be used" if len(files) == 1 else "could be used"
    orientation = valid_orientation(floats(files[0][1].raw[SLOT["orientation"]]))
    plane, tilt = plane_of(orientation) if orientation else (None, None)
    return Series(
        study_uid,
        series_uid,
        (),
        header,
        name,
        orientation,
        plane,
        None if tilt is None else round(tilt, 2),
        recognise(header, plane),
        problems=(Note(code=most, text=f"{number} {could}: {_reasons(reasons)}"),),
        skipped=tuple(SkippedFile(path, image.reason) for path, image in files),
    )


def _reasons(reasons: Iterable[str]) -> str:
    """Each reason with its number and its sentence."""
    counts = sorted(Counter(reasons).items(), key=lambda item: (-item[1], item[0]))
    return " ".join(f"{number} {reason} ({SkipReason(reason).text.rstrip('.')})." for reason, number in counts)


def lost_parts(raws: Iterable[RawHeader]) -> tuple[Note, ...]:
    """Whether parts of a concatenation (0020,9161), which spreads one image over several files, are not there."""
    parts: dict[str, set[int]] = defaultdict(set)
    totals: dict[str, int] = {}
    for raw in raws:
        uid = raw[SLOT["concatenation"]]
        number, total = (integer(raw[SLOT[name]], 100_000) for name in ("concatenation_part", "concatenation_parts"))
        if uid and number:
            parts[uid].add(number)
            totals[uid] = max(totals.get(uid, 0), total or 0, number)
    lost = sum(totals[uid] - len(numbers) for uid, numbers in parts.items())
    if lost <= 0:
        return ()
    text = f"{lost} of the {sum(totals.values())} files that one image was spread over (a concatenation) are missing."
    return (Note(code=PARTS_MISSING, text=text),)
