"""The acquisition without the series whose anatomy contradicts their positions."""

from dataclasses import replace

from vcfimg.base import Note
from vcfimg.imaging.station_orientation import check_orientation
from vcfimg.loaders.patient_position import patient_position
from vcfimg.loaders.study import Study
from vcfimg.policy import Policy
from vcfimg.screening.acquire import Acquisition, acquire


def oriented(acquired: Acquisition, study: Study, policy: Policy) -> Acquisition:
    """The acquisition again, until no series of it lies the wrong way round; each gives way to the next best.

    Raises
    ------
    LoadError
        As :func:`vcfimg.screening.acquire.acquire`.
    """
    refused: dict[str, Note] = {}
    while (check := check_orientation(acquired.volumes)).refused:
        refused |= {key: _with_position(study, key, note) for key, note in check.refused.items()}
        acquired = acquire(study, policy, refused)
    return replace(acquired, notes=(*acquired.notes, *check.notes))


def _with_position(study: Study, key: str, note: Note) -> Note:
    series = next(series for series in study.series if series.key == key)
    position = patient_position(series)
    told = f"Patient position in its header: {position}." if position else "Its header gives no patient position."
    return note.model_copy(update={"text": f"{note.text} {told}"})
