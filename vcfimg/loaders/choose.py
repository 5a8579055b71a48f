"""Chooses the sagittal T1, T2 and STIR (or substitute) of every station, with a reason for each stack."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vcfimg.base import Note
from vcfimg.loaders.choice.candidate import (
    USES,
    Candidate,
    Rejection,
    Span,
    candidate_of,
)
from vcfimg.loaders.choice.coverage import NEW_LENGTH_MM, adds_station, number_stations, uncovered
from vcfimg.loaders.choice.frames import one_frame
from vcfimg.loaders.choice.rank import difference, rank
from vcfimg.loaders.stacks.plane import extent
from vcfimg.loaders.study import Series, Study
from vcfimg.loaders.study_info import SeriesInfo
from vcfimg.policy.policy import Policy
from vcfimg.roles import EDEMA_ROLES, SLOTS

_GOOD_ELSEWHERE = ("too_oblique", "other_frame_of_reference")
"""Why a series without any fault of its files could not be used here."""


@dataclass(frozen=True)
class Choice:
    """What is used of a study.

    Parameters
    ----------
    used
        Stacks to read, stations from the head, T1 before T2 before STIR; ``station`` is set. Empty when the study
        holds no sagittal spine series.
    series
        One entry per stack of the study, used or not, with the reason.
    warnings
        What a reader should know: no edema contrast at a station, a station left out, ….
    defects
        The fault of each sagittal spine stack that its files keep from being used.
    """

    used: tuple[Series, ...]
    series: tuple[SeriesInfo, ...]
    warnings: tuple[Note, ...] = ()
    defects: tuple[Note, ...] = ()

    @property
    def failure(self) -> Note | None:
        """The first defect when nothing is left to use: the study has failed, which is more than to show no spine."""
        return self.defects[0] if self.defects and not self.used else None


def choose_series(study: Study, *, policy: Policy, unusable: Mapping[str, Note] | None = None) -> Choice:
    """Choose per station the best sagittal T1, T2 and STIR; a substitute only where there is no STIR.

    Parameters
    ----------
    policy
        Gives the largest tilt (``images.oblique_refuse_deg``).
    unusable
        Series key to the reason of stacks whose pixels turned out unusable: call again with them, and the
        next best takes their place.

    Raises
    ------
    LoadError
        When the whole study must not be used: ``mixed_patients``, ``mixed_frame_of_reference``.
    """
    study.check()
    limit = policy.images.oblique_refuse_deg
    rejected: dict[str, Rejection] = {}
    candidates: list[Candidate] = []
    for series in study.series:
        judged = candidate_of(series, limit, unusable or {})
        if isinstance(judged, Rejection):
            rejected[series.key] = judged
        else:
            candidates.append(judged)
    inside, joined, outside = one_frame(candidates)
    inside = [*inside, *joined]
    for candidate in outside:
        rejected[candidate.series.key] = _other_frame(candidate, inside)
    chosen: list[Candidate] = []
    for slot in SLOTS:
        chosen += _fill_slot([item for item in inside if item.slot == slot], rejected)
    stations = number_stations(chosen)
    by_key = {item.series.key: item for item in chosen}
    diagnostic = [item.span for item in chosen if not item.survey]
    used = sorted(by_key.values(), key=lambda item: (stations[item.series.key], list(SLOTS).index(item.slot)))
    return Choice(
        tuple(replace(item.series, station=stations[item.series.key]) for item in used),
        tuple(
            _info(series, by_key.get(series.key), rejected.get(series.key), stations, diagnostic)
            for series in study.series
        ),
        tuple(_warnings(chosen, joined, outside, stations, _refused_edema(study, rejected))),
        tuple(Note(code=found.code, text=found.reason) for found in rejected.values() if found.defect),
    )


def _other_frame(candidate: Candidate, inside: Sequence[Candidate]) -> Rejection:
    same = [item for item in inside if item.slot == candidate.slot]
    also = " Another series with this contrast is used." if same else ""
    if candidate.series.frame_of_reference_uid is None:
        text = "The frame of reference is missing, and its position agrees with no other series; left out."
    else:
        text = (
            "Lies in another frame of reference (the patient was repositioned), so its position against the other "
            "series is unknown; left out."
        )
    return Rejection("other_frame_of_reference", text + also)


def _fill_slot(candidates: Sequence[Candidate], rejected: dict[str, Rejection]) -> list[Candidate]:
    """The best stacks of one purpose: the best first, then each that shows spine not covered yet."""
    chosen: list[Candidate] = []
    # sorted() is stable: ties are settled by the key, so the order of files changes nothing
    ordered = sorted(sorted(candidates, key=lambda item: item.series.key), key=rank, reverse=True)
    for candidate in ordered:
        if adds_station(candidate, chosen):
            chosen.append(candidate)
            continue
        winner = min(chosen, key=lambda item: uncovered(candidate.span, [item.span]))
        words = difference(winner, candidate)
        rejected[candidate.series.key] = Rejection(
            "not_best", f"{_name(winner.series)} is used for this region instead: it {words}."
        )
    return chosen


def _name(series: Series) -> str:
    number = series.header.series_number
    stack = f" ({series.stack})" if series.stack else ""
    where = f"series {number}{stack}" if number is not None else "another series"
    return f"{series.role.label} of {where}"


def _info(
    series: Series,
    used: Candidate | None,
    rejection: Rejection | None,
    stations: Mapping[str, int],
    diagnostic: Sequence[Span],
) -> SeriesInfo:
    found = series.classification
    return SeriesInfo.model_validate(
        {
            "series_instance_uid": series.series_instance_uid,
            "stack": series.stack,
            "role": found.role,
            "used": used is not None,
            "used_for": _uses(used, diagnostic) if used else (),
            "reason": _used_reason(used, stations) if used else rejection.reason if rejection else "",
            "code": rejection.code if rejection else None,
            "plane": series.plane,
            "obliquity_deg": series.obliquity_deg,
            "evidence": found.evidence,
            "confidence": found.confidence,
            "conflict": found.conflict,
            "station": stations.get(series.key),
            "description": series.header.series_description,
            "instances": len(series.frames),
            "skipped_files": dict(sorted(Counter(file.reason for file in series.skipped).items())),
        }
    )


def _uses(candidate: Candidate, diagnostic: Sequence[Span]) -> tuple[str, ...]:
    """What a series is used for; a survey not for the heights of what another one shows."""
    uses = USES[candidate.slot]
    if candidate.survey and uncovered(candidate.span, diagnostic) < NEW_LENGTH_MM:
        return ("levels", *(use for use in uses if use != "heights"))
    return uses


def _used_reason(candidate: Candidate, stations: Mapping[str, int]) -> str:
    series = candidate.series
    station = stations[series.key]
    where = f" of station {station}, counted from the head" if station else " of the spine"
    reason = f"Best sagittal {series.role.label}{where}."
    features = series.classification.features
    if series.role in EDEMA_ROLES[1:]:
        reason += " No STIR here: it stands in as weaker evidence of edema."
    if "composed" in features:
        reason += " Put together from several stations by the scanner."
    if candidate.survey:
        reason += (
            f" With {len(series.frames)} slices a survey: levels are counted on it, heights are taken from it only "
            "where no other series shows the vertebra."
        )
    if candidate.slot == "edema" and "contrast_agent" in features:
        reason += " Acquired after contrast agent, which can hide edema on STIR."
    return " ".join((reason, *(note.text for note in series.notes)))


def _refused_edema(study: Study, rejected: Mapping[str, Rejection]) -> list[tuple[str, Span | None]]:
    """Name and span of each sagittal stack that would show edema but could not be used; None: its place is unknown."""
    found: list[tuple[str, Span | None]] = []
    # sorted() is stable, so the study's order is kept within a role
    for series in sorted(study.series, key=lambda item: item.role not in EDEMA_ROLES[:1]):
        refused = rejected.get(series.key)
        if series.role in EDEMA_ROLES and refused and (refused.defect or refused.code in _GOOD_ELSEWHERE):
            known = series.orientation if refused.code != "other_frame_of_reference" else None
            span = known and extent(series.frames, known, series.header, 2)
            found.append((series.role.label, span or None))
    return found


def _no_edema(station: int, spans: Sequence[Span], refused: Sequence[tuple[str, Span | None]]) -> Note:
    """What is said where no edema contrast is used: there is none, or there is one that could not be used."""
    where = f"Station {station}" if station else "The examination"
    for name, place in refused:
        if not station or place is None or any(uncovered(span, [place]) <= 0.5 * (span[1] - span[0]) for span in spans):
            text = f"{where}: its {name} could not be used (see the reason of the series), so edema stays unknown."
            return Note(code="edema_contrast_unusable", text=text)
    text = f"{where} has no sagittal STIR or substitute: edema stays unknown."
    return Note(code="no_edema_contrast", text=text)


def _warnings(
    chosen: Sequence[Candidate],
    joined: Sequence[Candidate],
    outside: Sequence[Candidate],
    stations: Mapping[str, int],
    refused: Sequence[tuple[str, Span | None]],
) -> list[Note]:
    found = [note for item in chosen for note in item.series.notes]
    for station in sorted(set(stations.values())):
        slots = {item.slot for item in chosen if stations[item.series.key] == station}
        edema = [item.span for item in chosen if item.slot == "edema"]
        spans = [item.span for item in chosen if stations[item.series.key] == station]
        if "edema" not in slots and any(uncovered(span, edema) > 0.5 * (span[1] - span[0]) for span in spans):
            found.append(_no_edema(station, spans, refused))
    if len(chosen) > 1 and all(item.series.frame_of_reference_uid is None for item in chosen):
        text = "No frame of reference is given: the series are taken to share one patient position."
        found.append(Note(code="frame_of_reference_missing", text=text))
    if number := sum(item in chosen for item in joined):
        text = (
            f"{number} series carry another frame of reference or none, but their positions agree with the others "
            "(anonymising changes these UIDs): they are taken to share one patient position."
        )
        found.append(Note(code="frame_of_reference_differs", text=text))
    if outside:
        text = f"{len(outside)} series in another frame of reference were left out."
        found.append(Note(code="station_left_out", text=text))
    return found
