"""One evaluation case: the volumes of a study and what is known to be true of each body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vcfimg.base import Vec3
from vcfimg.imaging.raw import UNKNOWN_HEIGHTS, Heights
from vcfimg.loaders.volume import Volume
from vcfimg.policy import Policy


@dataclass(frozen=True)
class TrueBody:
    """What is known of one vertebral body; None where the data set does not say.

    Parameters
    ----------
    label
        Its integer in the masks of the case.
    level
        Its name.
    center_mm
        Body centroid, LPS.
    height_mm
        Reference heights in mm.
    loss_percent
        Height lost at each position, percent of the height before the fracture.
    edema_fraction
        Share of the body that is edematous.
    complete
        False when the field of view cuts the body; such a body may be found, but need not be.
    """

    label: int
    level: str | None
    center_mm: Vec3
    height_mm: Heights = UNKNOWN_HEIGHTS
    loss_percent: Heights = UNKNOWN_HEIGHTS
    edema_fraction: float | None = None
    complete: bool = True

    @property
    def index_loss(self) -> float | None:
        """The largest of the three losses."""
        return max((x for x in self.loss_percent.model_dump().values() if x is not None), default=None)


@dataclass(frozen=True, eq=False)
class Case:
    """A study with its truth.

    Parameters
    ----------
    name, contrast
        For the tables; never a patient's name.
    volumes
        What the pipeline is given.
    bodies
        From head to foot.
    masks
        Series key → integers of the bodies, shape ``(slices, rows, columns)`` on that volume's grid.
    exhaustive
        Whether every body in view is listed; otherwise a body found outside the listed range is not false.
    sacrum_in_view
        Whether levels can be counted; None when not known.
    c2_in_view
        The same from above.
    usual_count
        Whether this person has 12 thoracic and 5 lumbar vertebrae; with another count the names cannot be known from
        the sacrum alone.
    diffuse_marrow
        Whether the marrow of the whole spine is abnormal, so that edema must stay unknown.
    healthy
        The person is known to have no fracture, so that a loss of 20 % or more anywhere is a false alarm.
    """

    name: str
    contrast: str
    volumes: tuple[Volume, ...]
    bodies: tuple[TrueBody, ...]
    masks: Mapping[str, NDArray[np.integer]] = field(default_factory=dict)
    exhaustive: bool = False
    sacrum_in_view: bool | None = None
    c2_in_view: bool | None = None
    usual_count: bool | None = None
    diffuse_marrow: bool | None = None
    healthy: bool = False


class CaseSource(Protocol):
    """A case that is loaded when its turn comes, so that memory does not grow with the data set."""

    @property
    def name(self) -> str:
        """Name for the tables."""
        ...

    def load(self, policy: Policy) -> Case:
        """Read the volumes, with the limits of ``policy``, and the truth."""
        ...
