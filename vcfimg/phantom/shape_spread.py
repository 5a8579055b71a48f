"""How the normal shape of a vertebra differs between people, beyond what its neighbours tell.

Three departures of one body, each with the standard deviations of the shipped policy (``measurement.shape_*``, where
the sources stand): its size against the neighbours', its wedge (front over back) and its concavity. They are drawn for
every body apart.
"""

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.normal import shipped_measurement

STREAM = 9
"""Of the random numbers of one person: another person's shape does not change anything else of that person."""


def shape_factors(rows: list[str], seed: int, strength: float) -> NDArray[np.float64]:
    """(n, 3) factors on the anterior, middle and posterior heights of a person.

    Parameters
    ----------
    rows
        Table rows of the bodies; those without a spread (sacrum, C2) keep their shape.
    strength
        Multiple of the spread between people; 0 leaves every factor at 1.
    """
    rng = np.random.default_rng([seed, STREAM])
    policy = shipped_measurement()
    out = np.ones((len(rows), 3))
    for i, row in enumerate(rows):
        size, wedge, concavity = rng.standard_normal(3)
        spread = policy.shape_spread(row)
        if spread is None:
            continue
        size, half_wedge, concavity = strength * np.array(
            [size * spread.size, wedge * spread.wedge / 2, concavity * spread.concavity]
        )
        out[i] = (1 + size) * (1 + np.array([half_wedge, concavity, -half_wedge]))
    return out
