"""Regional kyphosis: Cobb angles around each fracture and across the thoracolumbar junction."""

from collections.abc import Mapping, Sequence

from vcfimg.imaging.findings.angles import cobb_angle
from vcfimg.imaging.measurement import Kyphosis
from vcfimg.imaging.raw import RawVertebra
from vcfimg.level_names import unnamed
from vcfimg.policy.measurement_section import MeasurementPolicy


def regional_kyphosis(
    vertebrae: Sequence[RawVertebra],
    levels: Mapping[int, str | None],
    places: Mapping[int, int],
    fractured: frozenset[int],
    policy: MeasurementPolicy,
) -> tuple[Kyphosis, ...]:
    """Angles from the superior endplate of the upper to the inferior endplate of the lower vertebra, kyphosis positive.

    Parameters
    ----------
    vertebrae
        Measured vertebrae from head to foot.
    levels
        Vertebra id → name; an unnamed vertebra appears as ``#id``.
    places
        Vertebra id → place along the spine; a pair is formed only with the direct neighbours.
    fractured
        Ids around which the angle is taken, from the vertebra above to the one below.
    """
    by_place = {places[v.id]: v for v in vertebrae if v.points_mm is not None}
    pairs = [
        (by_place[p - 1], by_place[p + 1])
        for p in sorted(places[i] for i in fractured)
        if p - 1 in by_place and p + 1 in by_place
    ]
    named = {levels[v.id]: v for v in by_place.values()}
    ends = (policy.kyphosis_junction_from, policy.kyphosis_junction_to)
    if all(end in named for end in ends):
        pairs.append((named[ends[0]], named[ends[1]]))
    found: dict[tuple[int, int], Kyphosis] = {}
    for upper, lower in pairs:
        angle = cobb_angle(upper, lower)
        if angle is not None:
            # "from" is a Python keyword, so the pair goes in by its alias.
            found[upper.id, lower.id] = Kyphosis.model_validate(
                {
                    "from": levels[upper.id] or unnamed(upper.id),
                    "to": levels[lower.id] or unnamed(lower.id),
                    "deg": angle,
                }
            )
    return tuple(found.values())
