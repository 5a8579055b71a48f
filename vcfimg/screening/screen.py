"""One study from DICOM to recommendation: the rooms of vcfimg in their order."""

import datetime
from collections.abc import Mapping
from pathlib import Path

from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.imaging.measure import measure
from vcfimg.imaging.segment import segment
from vcfimg.imaging.segmenters.protocol import Segmenter
from vcfimg.loaders.study import Study
from vcfimg.policy import Policy, load_policy
from vcfimg.result import ScreeningResult
from vcfimg.screening.acquire import acquire
from vcfimg.screening.examination import Examination
from vcfimg.screening.oriented import oriented
from vcfimg.screening.run_state import Notebook
from vcfimg.screening.study_source import level_words, one_study
from vcfimg.screening.undecided import decide_or_fail


def screen_study(
    source: Study | Path | str,
    *,
    clinical: ClinicalInputs | None = None,
    policy: Policy | None = None,
    segmenter: str | Segmenter | None = None,
    levels: Mapping[int, str] | None = None,
    as_of: datetime.date | None = None,
) -> ScreeningResult:
    """Screen one study; a fault in it becomes a result with ``status: failed``, not an exception.

    Parameters
    ----------
    source
        A scanned study, or a folder or file that holds exactly one.
    clinical
        The facts of this patient; None = unknown.
    policy
        None = the one shipped.
    segmenter
        A segmenter, or the name of one; None = the embedded one.
    levels
        Corrections by a person: vertebra id to level.
    as_of
        Decision date; None = today.

    Raises
    ------
    LoadError
        ``no_study`` or ``several_studies`` when the source does not hold exactly one study.
    PolicyError, SegmentationError
        When the policy or the segmenter asked for does not exist.
    """
    return examine(source, clinical=clinical, policy=policy, segmenter=segmenter, levels=levels, as_of=as_of).result


def examine(
    source: Study | Path | str,
    *,
    clinical: ClinicalInputs | None = None,
    policy: Policy | None = None,
    segmenter: str | Segmenter | None = None,
    levels: Mapping[int, str] | None = None,
    as_of: datetime.date | None = None,
) -> Examination:
    """As :func:`screen_study`, and keep the images."""
    policy = policy or load_policy()
    study, skipped = one_study(source)
    notebook = Notebook(study, skipped)
    with notebook.stages() as enter:
        enter("load")
        notebook.acquisition = acquire(study, policy)
        if notebook.usable_volumes():
            enter("segment")
            notebook.acquisition = oriented(notebook.acquisition, study, policy)
            volumes = notebook.usable_volumes()
            notebook.segmentation = segment(volumes, segmenter)
            enter("measure")
            notebook.raw = measure(volumes, notebook.segmentation, policy, level_text=level_words(study))
    result = decide_or_fail(
        notebook.findings(), clinical=clinical, levels=levels, policy=policy, as_of=as_of or datetime.date.today()
    )
    return Examination(result, policy, notebook.volumes, notebook.segmentation, study)
