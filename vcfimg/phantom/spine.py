"""Builds the bodies of a synthetic spine, from the sacrum up."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.body import Body
from vcfimg.phantom.normal import (
    DEPTH_MM,
    DISC_MM,
    LADDER,
    LEAN_DEG,
    SACRAL_HEIGHT_MM,
    TAPER,
    WIDTH_MM,
    normal_heights,
    smooth_variation,
    table_row,
)
from vcfimg.phantom.shape_spread import shape_factors
from vcfimg.phantom.spec import SpineSpec

MIN_DISC_MM = 1.2
"""Smallest rim gap that neighbouring bodies keep, however worn the disc."""

ASSIMILATED_DISC_MM = 3.5
"""What is left of the disc below an L5 that is a part of the sacrum."""


@dataclass(frozen=True, eq=False)
class Spine:
    """Bodies from head to foot, the sacral segments last, and the disc heights below each body."""

    spec: SpineSpec
    bodies: tuple[Body, ...]
    disc_mm: tuple[float, ...]

    @property
    def presacral(self) -> tuple[Body, ...]:
        """The vertebrae above the sacrum, from head to foot."""
        return tuple(b for b in self.bodies if not b.level.startswith("S"))


def present_levels(spec: SpineSpec) -> list[str]:
    """The levels of this person, from S5 to C2."""
    absent = {"L6"} if spec.lumbar_count < 6 else set()
    if spec.lumbar_count == 4:
        absent.add("L5")
    if spec.thoracic_count < 13:
        absent.add("T13")
    if spec.thoracic_count == 11:
        absent.add("T12")
    return [level for level in LADDER if level not in absent]


def rotation(lean_deg: float, tilt_deg: float, twist_deg: float) -> NDArray[np.float64]:
    """Local axes (columns) of a body that leans forward, tilts to the left and twists about its own axis."""
    lean, tilt, twist = np.deg2rad([lean_deg, tilt_deg, twist_deg])
    about_x = np.array([[1, 0, 0], [0, np.cos(lean), -np.sin(lean)], [0, np.sin(lean), np.cos(lean)]])
    about_y = np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]])
    about_z = np.array([[np.cos(twist), -np.sin(twist), 0], [np.sin(twist), np.cos(twist), 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z)


def lean_profile(spec: SpineSpec, levels: list[str], rng: np.random.Generator) -> NDArray[np.float64]:
    """Target forward lean per level, degrees."""
    usual = np.array([LEAN_DEG[table_row(level, spec.lumbar_count)] for level in levels])
    region = np.array([level[0] for level in levels])
    pivot = LEAN_DEG["T12"]
    neck = (spec.kyphosis - 1) * (LEAN_DEG["T1"] - pivot)
    # The sacrum is one bone: it leans as a whole, and its own bend is nobody's lordosis.
    s1 = pivot + (LEAN_DEG["S1"] - pivot) * spec.lordosis
    lean = np.select(
        [region == "S", region == "L", region == "T"],
        [
            s1 + usual - usual[levels.index("S1")],
            pivot + (usual - pivot) * spec.lordosis,
            pivot + (usual - pivot) * spec.kyphosis,
        ],
        usual + 0.6 * neck,
    )
    wobble = smooth_variation(rng, len(levels), 2.0, 3.0) - 1
    return np.asarray(lean + wobble + rng.normal(0, 3))


def shaped_body(
    spec: SpineSpec, level: str, factor: NDArray[np.float64], size: float, rng: np.random.Generator
) -> Body:
    """One body at the origin with this person's heights, its fracture applied."""
    row = table_row(level, spec.lumbar_count)
    normal = np.array(normal_heights(row)) * spec.scale * factor
    depth = DEPTH_MM[row] * spec.scale * size
    width = WIDTH_MM[row] * spec.scale * size
    fracture = spec.fractures.get(level)
    losses = np.array(fracture.losses() if fracture else (0.0, 0.0, 0.0))
    lost = normal * losses
    share = fracture.superior_share if fracture else 0.5
    rim = normal[[0, 2]]
    sag = normal[1] - rim.mean()
    upper = np.array([rim[0] / 2, rim.mean() / 2 + 0.5 * sag, rim[1] / 2]) - share * lost
    lower = -np.array([rim[0] / 2, rim.mean() / 2 + 0.5 * sag, rim[1] / 2]) + (1 - share) * lost
    middle = 0.5 * (upper[[0, 2]].mean() + lower[[0, 2]].mean())
    rough = np.zeros((0, 4))
    amplitude = rng.uniform(0.0, 0.25) + (0.25 if fracture and fracture.loss_percent > 15 else 0.0)
    if amplitude > 0.05:
        rough = np.column_stack(
            [
                rng.uniform(0.3, 1.0, 3) * amplitude / 2,
                rng.normal(0, 0.35, 3),
                rng.normal(0, 0.45, 3),
                rng.uniform(0, 6.28, 3),
            ]
        )
    top, bottom = upper - middle, lower - middle
    return Body(
        level=level,
        center=np.zeros(3),
        axes=np.eye(3),
        top=(float(top[0]), float(top[1]), float(top[2])),
        bottom=(float(bottom[0]), float(bottom[1]), float(bottom[2])),
        expected_heights=(float(normal[0]), float(normal[1]), float(normal[2])),
        depth=depth,
        width=width,
        waist=float(rng.uniform(0.02, 0.12)) if level[0] != "S" else min(0.04 * spec.sacral_disc, 0.1),
        taper=TAPER.get(row, 0.0) * float(np.clip(1.2 - 0.4 * (spec.sacral_disc - 1), 0.2, 1.2)),
        profile_power=float(rng.uniform(1.8, 2.6)),
        corner_radius=float(rng.uniform(1.0, 3.5)) if depth > 20 else float(rng.uniform(0.8, 2.0)),
        plate_mm=float(rng.uniform(0.9, 1.7)),
        wall_mm=float(rng.uniform(0.7, 1.4)),
        retropulsion_mm=fracture.retropulsion_mm if fracture else 0.0,
        osteophyte_mm=spec.osteophytes.get(level, 0.0),
        pits=spec.schmorl.get(level, ()),
        bumps=rough,
    )


def build_spine(spec: SpineSpec) -> Spine:
    """Stack the bodies of one person; the inferior endplate of L5 (or the last lumbar) lies near the LPS origin."""
    rng = np.random.default_rng([spec.seed, 7])
    levels = present_levels(spec)
    n = len(levels)
    common = smooth_variation(rng, n, spec.variation)
    factor = np.stack([common * smooth_variation(rng, n, 0.4 * spec.variation) for _ in range(3)], axis=1)
    factor *= 1 + rng.normal(0, 0.15 * spec.variation, (n, 1))
    factor *= 1 + np.random.default_rng([spec.seed, 8]).normal(0, spec.own_variation, (n, 3))
    factor *= shape_factors([table_row(b, spec.lumbar_count) for b in levels], spec.seed, spec.shape_spread)
    size = smooth_variation(rng, n, 0.04)
    lean = lean_profile(spec, levels, rng)
    position = np.linspace(0, 1, n)
    curve = spec.scoliosis_deg * np.sin(np.pi * 2 * (position - spec.scoliosis_apex) * 1.2)
    tilt = curve + rng.normal(0, 1.0)
    twist = 0.6 * spec.scoliosis_deg * np.cos(np.pi * 2 * (position - spec.scoliosis_apex) * 1.2) + rng.normal(0, 2.5)

    bodies: list[Body] = []
    discs: list[float] = []
    for i, level in enumerate(levels):
        body = shaped_body(spec, level, factor[i], float(size[i]), rng)
        wedge = np.rad2deg(np.arctan2((body.top[2] - body.top[0]) - (body.bottom[2] - body.bottom[0]), body.depth))
        if i == 0:
            bodies.append(replace(body, axes=rotation(float(lean[0]), float(tilt[0]), float(twist[0]))))
            continue
        below = bodies[-1]
        wear = spec.disc_degeneration.get(level, 0.0) if level[0] != "S" else 0.0
        usual = DISC_MM[table_row(level, spec.lumbar_count)] * spec.scale
        disc = usual * (1 - 0.72 * wear**1.5) * float(rng.uniform(0.88, 1.12))
        if level == "S1" and spec.lumbar_count == 4:
            disc = ASSIMILATED_DISC_MM
        elif level[0] == "S":
            disc *= spec.sacral_disc
        discs.append(disc)
        slope_below = np.rad2deg(np.arctan2(below.top[2] - below.top[0], below.depth))
        slope_bottom = np.rad2deg(np.arctan2(body.bottom[2] - body.bottom[0], body.depth))
        limit = np.rad2deg(np.arctan2(max(disc - MIN_DISC_MM, 0.2), 0.5 * min(below.depth, body.depth)))
        if level[0] == "S":
            limit = 30.0  # fused segments: the sacrum's own curve, not a joint
        target = float(lean[i]) + 0.5 * float(wedge) * (1 if spec.fractures.get(level) else 0)
        angle_below = leaned(below) + slope_below
        disc_angle = np.clip(target + slope_bottom - angle_below, -limit, limit)
        actual = angle_below + disc_angle - slope_bottom
        axes = rotation(float(actual), float(tilt[i]), float(twist[i]))
        up_below = 0.5 * (below.top[0] + below.top[2])
        down = -0.5 * (body.bottom[0] + body.bottom[2])
        between = below.axes[:, 2] + axes[:, 2]
        between = between / np.linalg.norm(between)
        step = 0.5 * (below.depth_at(1) - body.depth_at(-1))
        posterior_shift = axes[:, 1] * step * (0.9 if level[0] != "S" else 0.6)
        slip = below.axes[:, 1] * -spec.slip_mm.get(level, 0.0)
        center = below.center + below.axes[:, 2] * up_below + between * disc + axes[:, 2] * down
        center = center + posterior_shift + slip
        bodies.append(replace(body, center=center, axes=axes))
    origin = next(b for b in bodies if b.level == "S1").center.copy()
    origin[2] += 0.5 * SACRAL_HEIGHT_MM["S1"]
    moved = tuple(replace(b, center=b.center - origin) for b in reversed(bodies))
    return Spine(spec, moved, (*reversed(discs), 0.0))


def leaned(body: Body) -> float:
    """Forward lean of a body in degrees."""
    z = body.axes[:, 2]
    return float(np.rad2deg(np.arctan2(-z[1], z[2])))
