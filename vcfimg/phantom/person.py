"""A synthetic person: a built spine with everything around it that is painted."""

from dataclasses import dataclass

import numpy as np

from vcfimg.phantom.curve import SpineCurve, spine_curve
from vcfimg.phantom.spec import SpineSpec
from vcfimg.phantom.spine import Spine, build_spine
from vcfimg.phantom.surroundings import Surroundings
from vcfimg.phantom.waves import Waves


@dataclass(frozen=True, eq=False)
class Person:
    """A built spine with everything needed to paint it."""

    spine: Spine
    curve: SpineCurve
    surroundings: Surroundings
    grain: Waves


def make_person(spec: SpineSpec) -> Person:
    """Build the spine of a description and the anatomy around it."""
    spine = build_spine(spec)
    rng = np.random.default_rng([spec.seed, 11])
    return Person(spine, spine_curve(spine), Surroundings.draw(spine, rng), Waves.draw(rng, 7.0))
