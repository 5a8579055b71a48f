"""The record kept while one study is looked at: stage, time, what was found, what went wrong."""

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from vcfimg.errors import LoadError
from vcfimg.image_findings import Failure, Findings, ImageProvenance
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.segmentation import Segmentation
from vcfimg.loaders.fingerprint import inputs_sha256
from vcfimg.loaders.study import Study
from vcfimg.loaders.study_info import StudyInfo
from vcfimg.loaders.volume import Volume
from vcfimg.screening.acquire import Acquisition
from vcfimg.screening.failure import failure_from


@dataclass
class Notebook:
    """Filled stage by stage; :meth:`findings` closes it."""

    study: Study
    skipped_files: dict[str, int] = field(default_factory=dict)
    acquisition: Acquisition | None = None
    segmentation: Segmentation | None = None
    raw: RawSpine | None = None
    failure: Failure | None = None
    _began: float = field(default_factory=time.perf_counter)
    _started: str = field(default_factory=lambda: now())

    @contextmanager
    def stages(self) -> Iterator[Callable[[str], None]]:
        """Yield a function that names the stage entered; an exception ends the block and becomes the failure."""
        stage = "start"

        def enter(name: str) -> None:
            nonlocal stage
            stage = name

        try:
            yield enter
        except Exception as error:  # noqa: BLE001  whatever one study provokes must not reach the others
            self.failure = failure_from(error, stage)

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """The volumes that could be read."""
        return self.acquisition.volumes if self.acquisition else ()

    def usable_volumes(self) -> tuple[Volume, ...]:
        """The volumes to measure; none when the study shows no spine.

        Raises
        ------
        LoadError
            When there were spine series but faults keep every one from being used.
        """
        assert self.acquisition is not None
        if self.acquisition.failure is not None:
            raise self.acquisition.failure
        return self.acquisition.volumes

    def findings(self) -> Findings:
        """What is known now."""
        acquired = self.acquisition or Acquisition()
        return Findings(
            failure=self.failure,
            study=study_info(self.study),
            frame_of_reference_uid=self.raw.frame_of_reference_uid if self.raw else None,
            series=acquired.series,
            skipped_files=self.skipped_files,
            image_notes=acquired.notes,
            raw=self.raw,
            provenance=ImageProvenance(
                segmenter=self.segmentation.provenance if self.segmentation else None,
                inputs_sha256=self._inputs_sha256(),
                started=self._started,
                seconds=round(time.perf_counter() - self._began, 3),
            ),
        )

    def _inputs_sha256(self) -> str | None:
        """None when a file has gone meanwhile."""
        try:
            return inputs_sha256(self.study)
        except LoadError:
            return None


def study_info(study: Study) -> StudyInfo:
    """The identifiers of a scanned study."""
    return StudyInfo(
        study_instance_uid=study.study_instance_uid,
        patient_id=study.patient_id,
        accession_number=study.accession_number,
        study_date=study.study_date,
    )


def now() -> str:
    """This moment, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
