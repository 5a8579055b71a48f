"""Persons and points that several phantom tests share."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom import Edema, Fracture, SpineSpec
from vcfimg.phantom.body import Body
from vcfimg.phantom.person import Person, make_person
from vcfimg.phantom.truth import VertebraTruth, vertebra_truth

FRACTURES = {
    "T8": Fracture("wedge", 35.0),
    "T12": Fracture("wedge", 60.0, retropulsion_mm=4.0),
    "L2": Fracture("biconcave", 30.0),
    "L4": Fracture("crush", 45.0),
}
FRACTURED = SpineSpec(seed=6, fractures=FRACTURES, edema={"T12": Edema("diffuse", 0.9), "L2": Edema("band", 0.4)})
HEALTHY = SpineSpec(seed=31)


@cache
def person(which: str) -> Person:
    """The healthy or the fractured person, built once."""
    return make_person({"healthy": HEALTHY, "fractured": FRACTURED}[which])


def body_of(who: Person, level: str) -> Body:
    """The body of one level."""
    return next(b for b in who.spine.bodies if b.level == level)


def truth_of_level(who: Person, level: str) -> VertebraTruth:
    """Truth of one level, whatever is in view."""
    bodies = who.spine.bodies
    k = [b.level for b in bodies].index(level)
    return vertebra_truth(who, bodies[k], bodies[k - 1] if k else None, bodies[k + 1], in_view=True)


def midplane(body: Body, *, pitch: float = 0.5, reach: float = 34.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(rows, columns, 3) LPS points of a body's own mid-sagittal plane, head up, and the pitch axis in mm."""
    at = np.arange(-reach, reach + pitch / 2, pitch)
    local = np.zeros((len(at), len(at), 3))
    local[..., 1], local[..., 2] = at[None, :], -at[:, None]
    return body.to_lps(local), at
