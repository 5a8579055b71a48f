"""What a survey of a few slices is good for: levels are counted on it, heights only where nothing else shows a body."""

from collections.abc import Sequence

from vcfimg.base import Note
from vcfimg.imaging.raw import RawVertebra
from vcfimg.imaging.reading.series import SeriesReading


def measuring(identity: int, readings: Sequence[SeriesReading]) -> list[SeriesReading]:
    """The readings that tell the heights of one vertebra: no survey where another series shows the body whole."""
    diagnostic = [r for r in readings if not r.survey]
    whole = [r for r in diagnostic if not r.bodies[identity].body.on_border]
    return diagnostic if whole else list(readings)


def measured_on_surveys(vertebrae: Sequence[RawVertebra], readings: Sequence[SeriesReading]) -> tuple[Note, ...]:
    """The note ``heights_from_survey`` where the heights of vertebrae come from a survey."""
    surveys = {r.series_id for r in readings if r.survey}
    number = sum(v.measured_on in surveys for v in vertebrae)
    if not number:
        return ()
    which = "the vertebrae" if number == len(vertebrae) else f"{number} of {len(vertebrae)} vertebrae"
    text = f"The heights of {which} come from a survey of a few slices, because no other series shows them whole."
    return (Note(code="heights_from_survey", text=text),)
