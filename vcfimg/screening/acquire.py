"""From a study to the volumes that are measured, with every series accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vcfimg.base import Note
from vcfimg.errors import LoadError
from vcfimg.loaders import choose_series, read_volume
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import SeriesInfo
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy


@dataclass(frozen=True)
class Acquisition:
    """The volumes of a study, in the order of choice, and what became of every stack.

    ``failure`` is why nothing could be used although there were spine series; ``notes`` is what a reader should know
    about the images.
    """

    volumes: tuple[Volume, ...] = ()
    series: tuple[SeriesInfo, ...] = ()
    failure: LoadError | None = None
    notes: tuple[Note, ...] = ()


def acquire(study: Study, policy: Policy, unusable: Mapping[str, Note] | None = None) -> Acquisition:
    """Choose the series and read them; a series that turns out unreadable gives way to the next best.

    Parameters
    ----------
    unusable
        By series key: why a stack must not be used, known from a closer look.

    Raises
    ------
    LoadError
        When the study as a whole must not be used: ``mixed_patients``, ``mixed_frames_of_reference``.
    """
    refused = dict(unusable or {})
    read: dict[str, Volume] = {}
    while True:
        choice = choose_series(study, policy=policy, unusable=refused)
        failed: dict[str, Note] = {}
        for series in choice.used:
            if series.key not in read:
                try:
                    read[series.key] = read_volume(series, policy=policy)
                except LoadError as error:
                    failed[series.key] = Note(code=error.code, text=error.message)
        if failed:
            refused |= failed
            continue
        # A series read earlier may stand at another station since another one was refused.
        volumes = tuple(replace(read[series.key], station=series.station) for series in choice.used)
        notes = [*choice.warnings, *study.warnings, *(note for volume in volumes for note in volume.warnings)]
        failure = LoadError(choice.failure.code, choice.failure.text) if choice.failure else None
        return Acquisition(volumes, choice.series, failure, tuple(dict.fromkeys(notes)))
