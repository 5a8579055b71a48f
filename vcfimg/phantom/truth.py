"""Exact truth of a synthetic spine: what a perfect reader would measure."""

from collections.abc import Sequence

import numpy as np

from vcfimg.base import Finite, Model, Vec3, vec3
from vcfimg.imaging.raw import Heights, SixPoints
from vcfimg.phantom.body import Body
from vcfimg.phantom.pathology import STIR_BRIGHT, marrow_classes
from vcfimg.phantom.person import Person

GRID_MM = 1.0
"""Pitch of the samples that give the edema fraction."""


class VertebraTruth(Model):
    """Truth of one vertebra, in the edge convention of clinical.md section 5."""

    level: str
    center_mm: Vec3
    points_mm: SixPoints
    height_mm: Heights
    expected_height_mm: Heights
    """Before the fracture."""
    loss_percent: Heights
    index_loss_percent: Finite
    edema_fraction: Finite
    """Share of the marrow that is bright on STIR (edema or lesion)."""
    retropulsion_mm: Finite | None
    """Largest distance of the posterior wall behind the line joining the neighbours' posterior corners; 0 in front of
    it. None at the head end, where there is no neighbour above."""
    wall_mm: tuple[Vec3, ...] = ()
    """The posterior wall in the body's mid-sagittal plane, from the superior to the inferior endplate, LPS mm."""
    depth_mm: Finite
    width_mm: Finite
    in_view: bool
    """The whole body lies inside the imaged box."""
    touched: bool
    """Some of the body lies inside the imaged box."""
    cement: bool = False


class SpineTruth(Model):
    """Truth of one study; ``vertebrae`` runs from head to foot."""

    seed: int
    vertebrae: tuple[VertebraTruth, ...]
    sacrum_in_view: bool
    c2_in_view: bool
    diffuse_marrow: bool
    lumbar_count: int
    thoracic_count: int


def wall_points(body: Body) -> np.ndarray:
    """(n, 3) LPS points of the posterior wall in the body's mid-sagittal plane, superior to inferior."""
    y = np.linspace(0.25 * body.depth, 0.5 * body.depth + 12, 240, dtype=np.float32)
    out = []
    for zeta in np.linspace(0.85, -0.85, 18):
        top = float(body.plate(np.zeros(1, np.float32), np.array([0.4 * body.depth], np.float32), top=True)[0])
        bottom = float(body.plate(np.zeros(1, np.float32), np.array([0.4 * body.depth], np.float32), top=False)[0])
        z = 0.5 * (top + bottom) + 0.5 * zeta * (top - bottom)
        local = np.stack([np.zeros_like(y), y, np.full_like(y, z)], -1)
        inside = np.flatnonzero(body.distance(local)[0] < 0)
        if len(inside):
            out.append(body.to_lps(np.array([0.0, float(y[inside[-1]]), z])))
    return np.array(out)


def retropulsion(above: Body | None, body: Body, below: Body | None) -> float | None:
    """Distance in mm of the wall behind the line joining the neighbours' corners; 0 in front, None without them."""
    if above is None or below is None:
        return None
    upper, lower = above.corner(top=False, where=1), below.corner(top=True, where=1)
    axis = (lower - upper) / np.linalg.norm(lower - upper)
    backward = body.axes[:, 1] - (body.axes[:, 1] @ axis) * axis
    backward /= np.linalg.norm(backward)
    walls = wall_points(body)
    return max(0.0, float(((walls - upper) @ backward).max())) if len(walls) else 0.0


def edema_fraction(person: Person, body: Body) -> float:
    """Share of the marrow of a body that is bright on STIR."""
    axes = [
        np.arange(-half, half + GRID_MM, GRID_MM)
        for half in (body.width / 2, body.depth / 2, body.expected_heights[2] * 0.65)
    ]
    local = np.stack(np.meshgrid(*axes, indexing="ij"), -1).astype(np.float32).reshape(-1, 1, 3)
    d, _ = body.distance(local)
    local = local[d[:, 0] < -0.5 * body.plate_mm]
    grain = person.grain(local[:, 0] + np.asarray(body.center, np.float32))
    classes = marrow_classes(person.spine.spec, body, local[:, 0], grain)
    return float(np.isin(classes, STIR_BRIGHT).mean())


def vertebra_truth(person: Person, body: Body, above: Body | None, below: Body, *, in_view: bool) -> VertebraTruth:
    """Truth of one body that is at least partly in view."""
    a, m, p = body.heights
    ea, em, ep = body.expected_heights
    losses = [100 * (1 - h / e) for h, e in zip((a, m, p), (ea, em, ep), strict=True)]
    return VertebraTruth(
        level=body.level,
        center_mm=vec3(body.center),
        points_mm=SixPoints(
            anterior_superior=vec3(body.corner(top=True, where=-1)),
            middle_superior=vec3(body.corner(top=True, where=0)),
            posterior_superior=vec3(body.corner(top=True, where=1)),
            anterior_inferior=vec3(body.corner(top=False, where=-1)),
            middle_inferior=vec3(body.corner(top=False, where=0)),
            posterior_inferior=vec3(body.corner(top=False, where=1)),
        ),
        height_mm=Heights(anterior=a, middle=m, posterior=p),
        expected_height_mm=Heights(anterior=ea, middle=em, posterior=ep),
        loss_percent=Heights(anterior=losses[0], middle=losses[1], posterior=losses[2]),
        index_loss_percent=max(losses),
        edema_fraction=edema_fraction(person, body),
        retropulsion_mm=retropulsion(above, body, below),
        wall_mm=tuple(vec3(p) for p in wall_points(body)),
        depth_mm=body.depth,
        width_mm=body.width,
        in_view=in_view,
        touched=True,
        cement=body.level in person.spine.spec.cement,
    )


def truth_of(person: Person, lower: Sequence[float], upper: Sequence[float]) -> SpineTruth:
    """Truth of everything within the LPS box from ``lower`` to ``upper`` (mm)."""
    spec = person.spine.spec
    bodies = person.spine.bodies
    low, high = np.array(lower), np.array(upper)
    out = []
    for k, body in enumerate(bodies):
        if body.level.startswith("S"):
            continue
        corners = np.array([body.corner(top=t, where=w) for t in (True, False) for w in (-1, 0, 1)])
        lateral = np.array([body.to_lps(np.array([s * 0.2 * body.width, 0, 0])) for s in (-1, 1)])
        extremes = np.vstack([corners, lateral])
        inside = (extremes > low) & (extremes < high)
        if inside.all(1).any():
            above, below = bodies[k - 1] if k else None, bodies[k + 1]
            out.append(vertebra_truth(person, body, above, below, in_view=bool(inside.all())))
    sacrum = next(b for b in bodies if b.level == "S1")
    c2 = bodies[0]

    def seen(body: Body) -> bool:
        return bool(((body.center > low) & (body.center < high)).all())

    return SpineTruth(
        seed=spec.seed,
        vertebrae=tuple(out),
        sacrum_in_view=seen(sacrum),
        c2_in_view=seen(c2) and c2.level == "C2",
        diffuse_marrow=spec.diffuse_marrow,
        lumbar_count=spec.lumbar_count,
        thoracic_count=spec.thoracic_count,
    )
