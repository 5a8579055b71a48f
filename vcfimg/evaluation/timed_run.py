"""Runs the image pipeline on one case and takes its time and memory."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from vcfimg.imaging.measurement import SpineMeasurement
from vcfimg.imaging.raw import RawSpine
from vcfimg.imaging.segmentation import Segmentation
from vcfimg.imaging.segmenters.protocol import Segmenter
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the pipeline made of one case; ``seconds`` by step."""

    segmentation: Segmentation
    raw: RawSpine
    measurement: SpineMeasurement
    seconds: dict[str, float] = field(default_factory=dict)


Pipeline = Callable[[Sequence[Volume], Policy], Outcome]


def run_pipeline(volumes: Sequence[Volume], policy: Policy, segmenter: str | Segmenter | None = None) -> Outcome:
    """Segment, measure and derive, as screening does, without a recommendation."""
    from vcfimg.imaging.derive import derive
    from vcfimg.imaging.measure import measure
    from vcfimg.imaging.segment import segment

    start = time.perf_counter()
    segmentation = segment(volumes, segmenter)
    segmented = time.perf_counter()
    raw = measure(volumes, segmentation, policy)
    measured = time.perf_counter()
    measurement = derive(raw, None, policy)
    end = time.perf_counter()
    seconds = {
        "segment": segmented - start,
        "measure": measured - segmented,
        "derive": end - measured,
        "all": end - start,
    }
    return Outcome(segmentation, raw, measurement, seconds)
