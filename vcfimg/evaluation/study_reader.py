"""Reads a folder with one DICOM study as screening would."""

from pathlib import Path

from vcfimg.errors import LoadError
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy


def study_volumes(folder: Path, policy: Policy) -> tuple[Volume, ...]:
    """The volumes that screening would use.

    Raises
    ------
    LoadError
        ``no_spine_series`` when none can be used; errors of the scan.
    """
    # The loaders are slow to import and only DICOM cases need them.
    from vcfimg.screening.acquire import acquire
    from vcfimg.screening.study_source import one_study

    study, _ = one_study(folder)
    volumes = acquire(study, policy).volumes
    if not volumes:
        raise LoadError("no_spine_series", f"{folder.name}: no series could be used")
    return tuple(volumes)
