"""From a study to the volumes that are measured, with every series accounted for."""

from dataclasses import dataclass, replace

from vcfimg.errors import LoadError
from vcfimg.loaders import choose_series, read_volume
from vcfimg.loaders.study import Series, Study
from vcfimg.loaders.volume import Volume
from vcfimg.result import SeriesInfo


@dataclass(frozen=True)
class Acquisition:
    """The volumes of a study, in the order of choice, and what became of every stack."""

    volumes: tuple[Volume, ...]
    series: tuple[SeriesInfo, ...]
    refusals: tuple[LoadError, ...] = ()
    """Errors of the series that were chosen and then could not be read."""


def acquire(study: Study) -> Acquisition:
    """Choose the series and read them; a series that turns out unreadable gives way to the next best."""
    refused: dict[str, LoadError] = {}
    read: dict[str, Volume] = {}
    while True:
        choice = choose_series(_without(study, refused))
        failed = _read_missing(choice.used, read)
        if not failed:
            series = {_key(info): info for info in choice.series} | _refusals(study, refused)
            order = {one.key: place for place, one in enumerate(study.series)}
            return Acquisition(
                volumes=tuple(read[one.key] for one in choice.used),
                series=tuple(sorted(series.values(), key=lambda info: order.get(_key(info), len(order)))),
                refusals=tuple(refused.values()),
            )
        refused |= failed


def _read_missing(used: tuple[Series, ...], read: dict[str, Volume]) -> dict[str, LoadError]:
    """Read what is not read yet into ``read``; returns the errors by series key."""
    failed: dict[str, LoadError] = {}
    for series in used:
        if series.key in read:
            # The choice may have moved the series to another station since it was read.
            read[series.key] = replace(read[series.key], station=series.station)
            continue
        try:
            read[series.key] = read_volume(series)
        except LoadError as error:
            failed[series.key] = error
    return failed


def _without(study: Study, refused: dict[str, LoadError]) -> Study:
    return replace(study, series=tuple(one for one in study.series if one.key not in refused))


def _refusals(study: Study, refused: dict[str, LoadError]) -> dict[str, SeriesInfo]:
    """The refused series as the choice would list them, with the reader's reason."""
    listed = {_key(info): info for info in choose_series(study).series} if refused else {}
    return {
        key: listed[key].model_copy(update={"used": False, "used_for": (), "reason": error.message, "code": error.code})
        for key, error in refused.items()
        if key in listed
    }


def _key(info: SeriesInfo) -> str:
    return info.series_instance_uid if info.stack is None else f"{info.series_instance_uid}#{info.stack}"
