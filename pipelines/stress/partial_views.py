"""Series that do not show the same, and stations that overlap: ``python -m pipelines.stress.partial_views``.

Routine examinations seldom have three series of one field of view, and a spine in two stations shows some bodies twice.
Painted people, whose truth is exact, are read with the T2 ending within the spine, and in two stations that overlap by
chance and between which they may have moved.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vcfimg.evaluation.timed_run import run_pipeline
from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.loaders.volume import Volume
from vcfimg.phantom import SpineSpec, make_study
from vcfimg.phantom.phantom_study import PhantomStudy
from vcfimg.phantom.truth import VertebraTruth
from vcfimg.policy import load_policy

FIRST_SEED: Final = 970_000
"""People of this seed and the next are never trained on."""
SHORTER_MM: Final = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0)
"""How much of its head or foot end the T2 lacks."""
MOVED_MM: Final = (-16.0, -8.0, -4.0, 0.0, 4.0, 8.0, 16.0)
"""How far along the spine the person moved between the stations."""
SAME_PLACE_MM: Final = 14.0
"""A vertebra found this near to the middle of a true one is that one."""


@dataclass(frozen=True)
class Seen:
    """What was made of one examination.

    Parameters
    ----------
    kind
        The line of the table it counts in.
    bodies, lost, twice
        True bodies in view of a series, those not listed, and those listed more than once.
    right, wrong, unnamed
        Listed bodies by their name.
    given, false_fractures, worst
        Losses given, those of 20 % and more where there is none, and the largest error of a loss (points).
    """

    kind: str
    bodies: int
    lost: int
    twice: int
    right: int
    wrong: int
    unnamed: int
    given: int
    false_fractures: int
    worst: float


def cut(volume: Volume, head_mm: float, feet_mm: float) -> Volume:
    """The volume without so much of its head and foot end."""
    row_mm = float(volume.spacing[1])
    first, end = round(head_mm / row_mm), volume.shape[1] - round(feet_mm / row_mm)
    geometry = volume.geometry.padded(rows=(-first, end - volume.shape[1]))
    return replace(volume, array=np.ascontiguousarray(volume.array[:, first:end]), geometry=geometry)


def shorter_t2(seed: int) -> Iterator[Seen]:
    """A healthy lumbar spine whose T2 ends within it."""
    study = make_study(SpineSpec(seed=seed), slices=9)
    for mm in SHORTER_MM:
        for head, feet in ((mm, 0.0), (0.0, mm)):
            volumes = [cut(v, head, feet) if role == "t2" else v for role, v in study.volumes.items()]
            yield _seen("T2 shorter than T1 and STIR", volumes, study.truth.vertebrae)


def two_stations(seed: int) -> Iterator[Seen]:
    """A thoracolumbar spine in two T2 stations that overlap by one to four bodies."""
    spec = SpineSpec(seed=seed, scale=float(np.random.default_rng(seed).uniform(0.9, 1.2)))
    low = make_study(spec, region="lumbar", roles=("t2",), slices=9)
    middle = low.truth.vertebrae[len(low.truth.vertebrae) // 2].center_mm
    overlap = np.random.default_rng([seed, 1]).uniform(20, 110)
    length = float(low.volumes["t2"].spacing[1]) * low.volumes["t2"].shape[1]
    top = float(low.volumes["t2"].affine[2, 3])
    high = make_study(spec, roles=("t2",), slices=9, center=(middle[0], middle[1], top - overlap + 0.5 * length))
    truth = {v.level: v for v in (*high.truth.vertebrae, *low.truth.vertebrae)}
    for mm in MOVED_MM:
        volumes = [*_station(high, 0, 0.0), *_station(low, 1, mm)]
        yield _seen(f"two stations, moved {mm:+.0f} mm" if mm else "two stations", volumes, list(truth.values()))


def _station(study: PhantomStudy, number: int, moved_mm: float) -> list[Volume]:
    out = []
    for volume in study.volumes.values():
        geometry = volume.geometry.moved(np.array([0.0, 0.0, moved_mm]))
        uid = f"{volume.series_instance_uid}.{number}"
        out.append(replace(volume, station=number, series_instance_uid=uid, geometry=geometry))
    return out


def _seen(kind: str, volumes: Sequence[Volume], truth: Sequence[VertebraTruth]) -> Seen:
    found = run_pipeline(volumes, load_policy()).measurement.vertebrae
    at = np.array([v.center_mm for v in truth])
    pairs: list[tuple[VertebraMeasurement, VertebraTruth]] = []
    for vertebra in found:
        apart = np.linalg.norm(at - np.array(vertebra.center_mm), axis=1)
        if apart.min() <= SAME_PLACE_MM:
            pairs.append((vertebra, truth[int(apart.argmin())]))
    hits = [true.level for _, true in pairs]
    whole = [v for v in truth if v.in_view]
    losses = [
        (float(read.loss_percent.index), float(true.index_loss_percent))
        for read, true in pairs
        if read.loss_percent.index is not None
    ]
    return Seen(
        kind,
        bodies=len(whole),
        lost=sum(v.level not in hits for v in whole),
        twice=len(hits) - len(set(hits)),
        right=sum(read.level == true.level for read, true in pairs),
        wrong=sum(read.level not in {None, true.level} for read, true in pairs),
        unnamed=sum(read.level is None for read, _ in pairs),
        given=len(losses),
        false_fractures=sum(read >= 20 > true for read, true in losses),
        worst=max((abs(read - true) for read, true in losses), default=0.0),
    )


def table(seen: Sequence[Seen]) -> str:
    """One line per kind."""
    lines = [
        "| examinations | bodies | lost / twice | names right / wrong / none | losses given, false fractures | "
        "largest error of a loss |",
        "|---|---|---|---|---|---|",
    ]
    for kind in dict.fromkeys(one.kind for one in seen):
        own = [one for one in seen if one.kind == kind]
        total = {
            name: sum(getattr(one, name) for one in own)
            for name in ("bodies", "lost", "twice", "right", "wrong", "unnamed", "given", "false_fractures")
        }
        lines.append(
            f"| {kind}: {len(own)} | {total['bodies']} | {total['lost']} / {total['twice']} | "
            f"{total['right']} / {total['wrong']} / {total['unnamed']} | {total['given']}, "
            f"{total['false_fractures']} | {max(one.worst for one in own):.0f} points |"
        )
    return "\n".join(lines)


def read_person(seed: int) -> list[Seen]:
    """One person in every way."""
    return [*shorter_t2(seed), *two_stations(seed)]


def main(arguments: list[str] | None = None) -> int:
    """Read all people and print the table."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.stress.partial_views", description=__doc__)
    parser.add_argument("--people", type=int, default=6)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor(options.workers) as pool:
        seen = [one for some in pool.map(read_person, range(FIRST_SEED, FIRST_SEED + options.people)) for one in some]
    print(table(seen))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
