"""Builds studies from scan records: splits by UID, separates stacks, classifies, and finds what must stop a study."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from vcfimg.base import Note
from vcfimg.loaders.headers.duplicates import Unique, instance_key
from vcfimg.loaders.headers.fields import SLOT, RawHeader, SkippedImage, decoder
from vcfimg.loaders.roles.classify import classify
from vcfimg.loaders.roles.vocabulary import Vocabulary
from vcfimg.loaders.stacks.missing_parts import lost_parts, with_skipped
from vcfimg.loaders.stacks.plane import plane_of
from vcfimg.loaders.stacks.split_stacks import split_series
from vcfimg.loaders.stacks.stack_key import Loose
from vcfimg.loaders.study import Classification, Header, Orientation, Series, Study

FEW_FRAMES = 5
"""A stack with fewer frames, in a series of several planes, is taken for a localiser."""

_DESCRIBED = ("series_uid", "study_description", "charset")
"""The first header by these gives the study its description, in whatever order the headers come."""

SHARED_UIDS = "some SOP Instance UIDs also occur in other series"
"""Said of a series whose instances cannot be named by their SOP Instance UIDs alone."""


def assemble(
    unique: Unique, vocabulary: Vocabulary, skipped: Sequence[tuple[str, SkippedImage]] = ()
) -> tuple[Study, ...]:
    """Studies in the order of their UIDs; UIDs alone decide what belongs together, never numbers or descriptions.

    Series of contradicted instances get the problem ``duplicate_conflict``; series that share SOP Instance UIDs with
    others are used, and that is said. A series whose files were all skipped is listed without frames. Patients are
    compared over all files, skipped copies included.
    """
    aside: dict[str, set[RawHeader]] = defaultdict(set)
    for raw in unique.aside:
        aside[raw[SLOT["study_uid"]] or ""].add(raw)
    by_study: dict[str, dict[str, list[Loose]]] = defaultdict(lambda: defaultdict(list))
    for path, record in unique.records:
        for raw, frames in record.parts:
            study_uid, series_uid = raw[SLOT["study_uid"]] or "", raw[SLOT["series_uid"]] or ""
            loose = by_study[study_uid][series_uid]
            loose.extend(Loose(path, record.sop_instance_uid, raw, frame) for frame in frames)
    unusable: dict[str, dict[str, list[tuple[str, SkippedImage]]]] = defaultdict(lambda: defaultdict(list))
    kept = {instance_key(record) for _, record in unique.records} if skipped else set()
    for path, image in skipped:
        study_uid, series_uid = image.raw[SLOT["study_uid"]] or "", image.raw[SLOT["series_uid"]] or ""
        if (study_uid, series_uid, image.sop_instance_uid) not in kept:  # a whole copy is there
            unusable[study_uid][series_uid].append((path, image))
    recognise = _recogniser(vocabulary)
    return tuple(
        _study(uid, by_study[uid], recognise, unique, aside[uid], unusable[uid])
        for uid in sorted({*by_study, *unusable})
    )


Recognise = Callable[[Header, str | None, tuple[str, ...]], Classification]


def _recogniser(vocabulary: Vocabulary) -> Recognise:
    """:func:`classify` that works once for equal headers: an archive repeats the same few protocols."""

    @lru_cache(maxsize=4096)
    def work(header: Header, plane: str | None, hints: tuple[str, ...]) -> Classification:
        return classify(header, plane, hints=hints, vocabulary=vocabulary)

    def recognise(header: Header, plane: str | None, hints: tuple[str, ...]) -> Classification:
        return work(replace(header, series_number=None, frame_of_reference_uid=None), plane, hints)

    return recognise


def _study(
    uid: str,
    by_series: dict[str, list[Loose]],
    recognise: Recognise,
    unique: Unique,
    aside: set[RawHeader],
    unusable: dict[str, list[tuple[str, SkippedImage]]],
) -> Study:
    def alike(one: Header, other: Header, orientation: Orientation) -> bool:
        plane, _ = plane_of(orientation)
        return _kind(recognise(one, plane, ())) == _kind(recognise(other, plane, ()))

    series: list[Series] = []
    for series_uid in sorted({*by_series, *unusable}):
        frames = by_series.get(series_uid, [])
        stacks = split_series(uid, series_uid, frames, alike)
        planes = {stack.plane for stack in stacks}
        lost = lost_parts({loose.raw for loose in frames})
        recognised: list[Series] = []
        for stack in stacks:
            hints = ["many_planes"] if len(planes) > 1 else []
            hints += ["few_frames"] if len(stack.frames) < FEW_FRAMES else []
            found = recognise(stack.header, stack.plane, tuple(hints))
            if _shares(stack, unique):
                found = replace(found, evidence=(*found.evidence, SHARED_UIDS))
            recognised.append(replace(stack, classification=found, problems=_problems(stack, unique), notes=lost))
        if series_uid in unusable:
            recognised = with_skipped(
                uid, series_uid, recognised, unusable[series_uid], lambda header, plane: recognise(header, plane, ())
            )
        series += recognised
    raws = {loose.raw for frames in by_series.values() for loose in frames}
    raws = raws or {image.raw for images in unusable.values() for _, image in images}
    mixed = _mixed_patients(raws | aside)
    named = raws | aside if mixed else raws
    described = min(raws, key=lambda raw: [raw[SLOT[name]] or "" for name in _DESCRIBED])
    return Study(
        uid,
        tuple(series),
        patient_id=_agreed(named, "patient_id"),
        accession_number=_agreed(named, "accession_number"),
        accession_numbers=_several(named, "accession_number"),
        study_date=_iso_date(_agreed(raws, "study_date")),
        study_description=decoder(described)(described[SLOT["study_description"]]),
        problems=(*mixed, *_mixed_frames(series)),
        warnings=_warnings(series, unique),
    )


def _kind(found: Classification) -> tuple[object, ...]:
    """What two classifications must share to be those of one acquisition."""
    return found.role, found.exclusion, found.contrast, found.features, found.spine


def _shares(stack: Series, unique: Unique) -> bool:
    return not unique.reused.isdisjoint(frame.sop_instance_uid for frame in stack.frames)


def _warnings(series: list[Series], unique: Unique) -> tuple[Note, ...]:
    number = len({stack.series_instance_uid for stack in series if _shares(stack, unique)})
    if not number:
        return ()
    text = (
        f"{number} of {len({stack.series_instance_uid for stack in series})} series carry SOP Instance UIDs that other "
        "series, of this study or another one, carry too. Each series was read by itself; the UIDs need repair."
    )
    return (Note(code="study", text=text),)


def _problems(stack: Series, unique: Unique) -> tuple[Note, ...]:
    study, series = stack.study_instance_uid, stack.series_instance_uid
    if unique.contradicted.isdisjoint((study, series, frame.sop_instance_uid) for frame in stack.frames):
        return stack.problems
    text = "Different images carry the same SOP Instance UID, so nobody can tell which one is meant."
    return (*stack.problems, Note(code="duplicate_conflict", text=text))


def _mixed_patients(raws: set[RawHeader]) -> tuple[Note, ...]:
    """Two patient IDs, or one ID (or none) with two birth dates, or two names without IDs, under one study UID."""
    patients = {(*(_known(raw[SLOT[name]]) for name in ("patient_id", "birth_date", "patient_name")),) for raw in raws}
    ids, births, names = ({patient[index] for patient in patients} - {None} for index in range(3))
    if len(ids) > 1 or len(births) > 1 or (not ids and not births and len(names) > 1):
        return (Note(code="mixed_patients", text="Images of two or more patients share this Study Instance UID."),)
    return ()


def _known(text: str | None) -> str | None:
    return (" ".join(text.upper().split()) or None) if text else None


def _mixed_frames(series: list[Series]) -> tuple[Note, ...]:
    """Two frames of reference inside one series that would otherwise be used: its positions cannot be trusted.

    Different frames in *different* series are ordinary (the patient was moved between stations or scans); the choice
    of series keeps to one frame and says so.
    """
    frames: dict[str, set[str]] = defaultdict(set)
    for stack in series:
        if stack.classification.exclusion is None and stack.plane == "sagittal":
            if stack.frame_of_reference_uid:
                frames[stack.series_instance_uid].add(stack.frame_of_reference_uid)
            if any(problem.code == "mixed_frame_of_reference" for problem in stack.problems):
                frames[stack.series_instance_uid] |= {"first", "second"}
    if any(len(found) > 1 for found in frames.values()):
        text = "One series holds images of two frames of reference, so their positions in the patient contradict."
        return (Note(code="mixed_frame_of_reference", text=text),)
    return ()


def _agreed(raws: set[RawHeader], name: str) -> str | None:
    """The text of a field when all headers that have it agree but for case and blanks, else None."""
    values = _texts(raws, name)
    return values[0] if len({_known(text) for text in values}) == 1 else None


def _several(raws: set[RawHeader], name: str) -> tuple[str, ...]:
    """The texts of a field in order, where the headers that have it differ; nothing where they agree."""
    values = _texts(raws, name)
    return values if len({_known(text) for text in values}) > 1 else ()


def _texts(raws: set[RawHeader], name: str) -> tuple[str, ...]:
    return tuple(sorted({text for raw in raws if (text := decoder(raw)(raw[SLOT[name]]))}))


def _iso_date(text: str | None) -> str | None:
    """YYYYMMDD (or the retired YYYY.MM.DD) as an ISO date; None when it is not a date."""
    digits = (text or "").replace(".", "")
    try:
        return datetime.datetime.strptime(digits, "%Y%m%d").date().isoformat() if len(digits) == 8 else None
    except ValueError:
        return None
