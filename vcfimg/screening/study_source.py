"""What a caller may hand to :func:`vcfimg.screening.screen.screen_study`, brought to one scanned study."""

from pathlib import Path

from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.loaders.study import Study


def one_study(source: Study | Path | str) -> tuple[Study, dict[str, int]]:
    """The study and, where a path was scanned, the number of skipped files by reason.

    Raises
    ------
    LoadError
        ``no_study`` or ``several_studies`` when the path does not hold exactly one study with MR images.
    """
    if isinstance(source, Study):
        return source, {}
    found = scan([Path(source)])
    if not found.studies:
        counts = ", ".join(f"{number} {reason}" for reason, number in found.counts().items()) or "no files"
        raise LoadError("no_study", f"no MR study there ({counts})")
    if len(found.studies) > 1:
        raise LoadError("several_studies", f"{len(found.studies)} studies there; pass one of scan(...).studies instead")
    return found.studies[0], found.counts()


def level_words(study: Study) -> tuple[str, ...]:
    """Header texts that may say which part of the spine was imaged; only ever a guess, marked as one."""
    headers = [series.header for series in study.series]
    texts = [study.study_description]
    texts += [
        text for header in headers for text in (header.body_part, header.series_description, header.protocol_name)
    ]
    return tuple(dict.fromkeys(text for text in texts if text))
