"""Builders of level-free facts with heights known by construction."""

import math
from collections.abc import Mapping, Sequence

from vcfimg.imaging.landmarks.level_fit import LEVELS
from vcfimg.imaging.raw import Anchor, Heights, RawSpine, RawVertebra, SeriesSignal, Signal, SixPoints, Wall
from vcfimg.imaging.segmentation import SegmenterInfo
from vcfimg.level_names import STANDARD_LEVELS, level_index
from vcfimg.policy import load_policy
from vcfimg.series_id import SeriesId

POLICY = load_policy()
NUMBERS = POLICY.measurement
STIR_UID, T1_UID = "1.2.3.30", "1.2.3.10"


def levels_between(first: str, last: str) -> list[str]:
    """Standard levels from ``first`` to ``last``."""
    return list(STANDARD_LEVELS[STANDARD_LEVELS.index(first) : STANDARD_LEVELS.index(last) + 1])


def normal_height(level: str, position: str) -> float:
    """Template height; C2 and S1, which have none, are given one of their neighbour."""
    found = NUMBERS.template_mm(position, level)
    return found if found is not None else (19.0 if level_index(level) <= level_index("C2") else 28.0)


def spine(
    levels: Sequence[str],
    *,
    losses: Mapping[str, tuple[float, float, float]] | None = None,
    scale: float = 1.0,
    absent: Sequence[str] = (),
    anchors: Sequence[str] = ("sacrum",),
    confidence: str = "high",
    **fields: object,
) -> RawSpine:
    """A straight spine along -z whose bodies have the template's heights times ``scale``.

    ``losses`` gives percent lost at the anterior, middle and posterior position; ``absent`` levels keep their room but
    are not found. Ids count from 1 at the head.
    """
    z, vertebrae = 0.0, []
    for level in levels:
        heights = {x: normal_height(level, x) * scale for x in ("anterior", "middle", "posterior")}
        room = heights["posterior"]
        z -= 0.65 * room
        for x, lost in zip(heights, (losses or {}).get(level, (0, 0, 0)), strict=True):
            heights[x] *= 1 - lost / 100
        if level not in absent:
            vertebrae.append(body(len(vertebrae) + 1, z, Heights(**heights), room / 0.68))
        z -= 0.65 * room
    placed = [
        Anchor(
            kind=kind,  # type: ignore[arg-type]
            center_mm=(0, 0, z) if kind == "sacrum" else vertebrae[0].center_mm,
            adjacent_id=vertebrae[-1].id if kind == "sacrum" else 1,
            confidence=confidence,  # type: ignore[arg-type]
        )
        for kind in anchors
    ]
    known: dict[str, object] = {
        "reference_series": SeriesId(series_instance_uid="1.2.3.20"),
        "vertebrae": tuple(vertebrae),
        "anchors": tuple(placed),
        "segmenter": SegmenterInfo(name="made", version="1"),
        **fields,
    }
    return RawSpine.model_validate(known)


def body(id_: int, z: float, heights: Heights, depth: float = 30.0, **fields: object) -> RawVertebra:
    """One body at height ``z``: anterior is -y, left is +x, superior is +z; the posterior wall lies at y = 0."""
    a, m, p = (h or 20.0 for h in (heights.anterior, heights.middle, heights.posterior))
    points = SixPoints(
        anterior_superior=(0, -depth, z + a / 2),
        middle_superior=(0, -depth / 2, z + m / 2),
        posterior_superior=(0, 0, z + p / 2),
        anterior_inferior=(0, -depth, z - a / 2),
        middle_inferior=(0, -depth / 2, z - m / 2),
        posterior_inferior=(0, 0, z - p / 2),
    )
    known: dict[str, object] = {
        "id": id_,
        "order": id_,
        "center_mm": (0, -depth / 2, z),
        "axis_anterior": (0, -1, 0),
        "axis_left": (1, 0, 0),
        "axis_superior": (0, 0, 1),
        "depth_mm": depth,
        "points_mm": points,
        "height_mm": heights,
        "height_error_mm": Heights(anterior=0.6, middle=0.6, posterior=0.6),
        "wall": Wall(points_mm=((0, 0, z + p / 2), (0, -0.5, z), (0, 0, z - p / 2)), bulge_mm=-0.5),
        "canal_ap_mm": 16.0,
        **fields,
    }
    return RawVertebra.model_validate(known)


def change(raw: RawSpine, id_: int, **fields: object) -> RawSpine:
    """``raw`` with some fields of one vertebra replaced."""
    vertebrae = tuple(v.model_copy(update=fields) if v.id == id_ else v for v in raw.vertebrae)
    return raw.model_copy(update={"vertebrae": vertebrae})


def marrow(
    mean: float,
    *,
    sd: float = 5.0,
    bright_share: float = 0.0,
    bright: float = 300.0,
    role: str = "stir",
    cut_by: tuple[str, ...] = (),
) -> Signal:
    """Marrow evenly spread over mean ± 2 SD, with the top ``bright_share`` of the body at ``bright``."""
    quantiles = [mean - 2 * sd + 4 * sd * i / 100 for i in range(101)]
    if bright_share:
        cut = round(100 * (1 - bright_share))
        normal = [mean - 2 * sd + 4 * sd * i / cut for i in range(cut + 1)]
        quantiles = normal + [bright] * (100 - cut)
    rows = round(6 * bright_share)
    grid = tuple(tuple(bright if row < rows else mean for _ in range(6)) for row in range(6))
    uid = {"t1": T1_UID}.get(role, STIR_UID)
    return Signal(
        series_instance_uid=uid,
        role=role,
        quantiles=tuple(quantiles),
        grid=grid,
        voxels=500,
        raw_mean=mean,
        cut_by=cut_by,  # type: ignore[arg-type]
    )


def with_stir(
    raw: RawSpine, signals: Mapping[int, Signal], *, csf: float | None = 500.0, muscle: float | None = 100.0
) -> RawSpine:
    """``raw`` with a STIR signal on each vertebra: as given by id, else normal marrow of mean 100."""
    role = next(iter(signals.values())).role if signals else "stir"
    vertebrae = tuple(
        v.model_copy(update={"signals": (*v.signals, signals.get(v.id, marrow(100.0, role=role)))})
        for v in raw.vertebrae
    )
    series = SeriesSignal(series_instance_uid=STIR_UID, role=role, csf=csf, muscle=muscle, voxel_mm=(0.7, 0.7, 4.4))
    return raw.model_copy(update={"vertebrae": vertebrae, "series": (*raw.series, series)})


def with_shape(raw: RawSpine, levels: Sequence[str], sure: float = 0.6) -> RawSpine:
    """The same spine, of a shape like that of ``levels``."""
    other = math.log((1 - sure) / (len(LEVELS) - 1))
    said = [
        tuple(math.log(sure) if name == (level if level in LEVELS else LEVELS[-1]) else other for name in LEVELS)
        for level in levels
    ]
    bodies = [v.model_copy(update={"level_log_likelihood": s}) for v, s in zip(raw.vertebrae, said, strict=True)]
    return raw.model_copy(update={"vertebrae": tuple(bodies)})
