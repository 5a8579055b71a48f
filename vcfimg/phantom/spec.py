"""What a phantom is asked to be: a plain description, random or written by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from vcfimg.phantom.normal import normal_heights, table_row

FractureKind = Literal["wedge", "biconcave", "crush"]
EdemaPattern = Literal["band", "diffuse", "partial", "inferior_band"]


@dataclass(frozen=True)
class Fracture:
    """One compression fracture.

    Parameters
    ----------
    kind
        Where the height is lost most.
    loss_percent
        Index loss: the largest of the three losses, percent of the height before the fracture.
    retropulsion_mm
        How far the posterior wall bulges into the canal.
    superior_share
        Share of the loss taken from the superior endplate.
    """

    kind: FractureKind
    loss_percent: float
    retropulsion_mm: float = 0.0
    superior_share: float = 0.75

    def __post_init__(self) -> None:
        if not 0 <= self.loss_percent < 95:
            raise ValueError(f"fracture loss must be within 0-95 percent, got {self.loss_percent}")

    def losses(self) -> tuple[float, float, float]:
        """Fractional loss at the anterior, middle and posterior position."""
        loss = self.loss_percent / 100
        shares = {"wedge": (1.0, 0.72, 0.12), "biconcave": (0.35, 1.0, 0.12), "crush": (0.94, 1.0, 0.85)}[self.kind]
        return loss * shares[0], loss * shares[1], loss * shares[2]


@dataclass(frozen=True)
class Edema:
    """STIR-bright marrow of one body; ``extent`` is the share of the body height or of its depth."""

    pattern: EdemaPattern
    extent: float = 0.5


@dataclass(frozen=True)
class Lesion:
    """A focal, metastasis-like lesion: offset from the body centre in half-widths, radius in mm."""

    offset: tuple[float, float, float]
    radius_mm: float
    tissue: Literal["lesion", "fatty", "sclerotic"] = "lesion"


@dataclass(frozen=True)
class SpineSpec:
    """One synthetic person. Mappings are by level name; absent means healthy."""

    seed: int = 0
    scale: float = 1.0
    lumbar_count: Literal[4, 5, 6] = 5
    thoracic_count: Literal[11, 12, 13] = 12
    lordosis: float = 1.0
    kyphosis: float = 1.0
    scoliosis_deg: float = 0.0
    scoliosis_apex: float = 0.5
    variation: float = 0.03
    """Relative SD of the smooth per-person variation of heights."""
    own_variation: float = 0.015
    """Relative SD of every single height, anterior, middle and posterior apart: no neighbour tells of it. That of the
    traced SPIDER bodies at L2 and L3 against the template (``pipelines.training.normal_shape``)."""
    shape_spread: float = 0.0
    """How much single bodies vary in shape as people's do: 1 as the policy says (:mod:`vcfimg.phantom.shape_spread`), 0
    not at all."""
    marrow_fat: float = 0.5
    diffuse_marrow: bool = False
    """Diffuse replacement: every body is STIR-bright and T1-dark."""
    fractures: Mapping[str, Fracture] = field(default_factory=dict)
    edema: Mapping[str, Edema] = field(default_factory=dict)
    lesions: Mapping[str, tuple[Lesion, ...]] = field(default_factory=dict)
    schmorl: Mapping[str, tuple[tuple[float, float, float], ...]] = field(default_factory=dict)
    """Pits: (lateral, posterior offset in half-widths; depth in mm, negative = inferior endplate)."""
    osteophytes: Mapping[str, float] = field(default_factory=dict)
    """Anterior spur length in mm."""
    cement: frozenset[str] = frozenset()
    disc_degeneration: Mapping[str, float] = field(default_factory=dict)
    """By the level above the disc: 0 healthy to 1 collapsed and dark."""
    slip_mm: Mapping[str, float] = field(default_factory=dict)
    """How far a body, and all above it, stands in front of the one below; negative: behind."""
    sacral_disc: float = 1.0
    """Height of the remnant discs of the sacrum, relative to the usual one; 3 looks like a small joint below S1."""
    modic: Mapping[str, Literal[1, 2]] = field(default_factory=dict)
    conus: str = "L1"
    canal_scale: float = 1.0
    belly_mm: float = 150.0
    """Distance from the lumbar bodies to the anterior skin."""
    back_fat_mm: float = 15.0
    muscle_fat: float = 0.0
    """Fatty streaks in the back muscles: 0 few, as in the young; 1 a third of the muscle, as in the old."""


SCHMORL_DEPTH: Final = (0.055, 0.185)
"""Of a random person's Schmorl nodes, relative to the posterior height of the body: 1.4 to 4.5 mm at L2 (design)."""

SLIP_SHARE: Final = 0.05
"""People in whom L3 slips forward, as many for L4 and for L5; half as many per level slip backward at L1-L3, C4, C5."""


def random_slips(seed: int) -> dict[str, float]:
    """Degenerative slips of a random person, mm: forward low in the lumbar spine, backward above and in the neck."""
    rng = np.random.default_rng([seed, 20118])
    forward = {b: float(rng.uniform(3, 9)) for b in ("L3", "L4", "L5") if rng.random() < SLIP_SHARE}
    backward = {b: -float(rng.uniform(1.5, 4)) for b in ("L1", "L2", "L3", "C4", "C5") if rng.random() < SLIP_SHARE / 2}
    return backward | forward


def random_spec(seed: int, *, pathology: float = 0.5) -> SpineSpec:
    """A random person; ``pathology`` is the chance that any fractures, lesions or other changes are present."""
    rng = np.random.default_rng([seed, 20117])
    sick = rng.random() < pathology
    lumbar: Literal[4, 5, 6] = 5
    thoracic: Literal[11, 12, 13] = 12
    draw = rng.random()
    if draw < 0.05:
        lumbar = 6
    elif draw < 0.09:
        lumbar = 4
    bodies = [f"T{i}" for i in range(1, 13)] + [f"L{i}" for i in range(1, lumbar + 1)]
    fractures: dict[str, Fracture] = {}
    edema: dict[str, Edema] = {}
    lesions: dict[str, tuple[Lesion, ...]] = {}
    cement: set[str] = set()
    if sick:
        weights = np.array(
            [
                0.3 if b.startswith("T") and int(b[1:]) < 5 else 2.0 if b in {"T11", "T12", "L1", "L2"} else 1.0
                for b in bodies
            ]
        )
        for level in rng.choice(bodies, size=int(rng.integers(1, 5)), replace=False, p=weights / weights.sum()):
            kind: FractureKind = ("wedge", "biconcave", "crush")[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
            loss = float(rng.uniform(8, 70 if kind != "crush" else 60))
            fractures[str(level)] = Fracture(
                kind,
                loss,
                float(rng.choice([0.0, rng.uniform(1, 6)])) if loss > 25 else 0.0,
                float(rng.uniform(0.5, 1.0)),
            )
            if rng.random() < 0.6:
                pattern: EdemaPattern = ("band", "diffuse", "partial", "inferior_band")[
                    int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1]))
                ]
                edema[str(level)] = Edema(pattern, float(rng.uniform(0.25, 0.9)))
        for level in rng.choice(bodies, size=int(rng.integers(0, 4)), replace=False):
            lesions[str(level)] = tuple(
                Lesion(
                    (float(rng.uniform(-0.6, 0.6)), float(rng.uniform(-0.6, 0.6)), float(rng.uniform(-0.5, 0.5))),
                    float(rng.uniform(3, 12)),
                    ("lesion", "fatty", "sclerotic")[int(rng.choice(3, p=[0.6, 0.25, 0.15]))],
                )
                for _ in range(int(rng.integers(1, 3)))
            )
        if rng.random() < 0.15 and fractures:
            cement.add(str(rng.choice(list(fractures))))
    schmorl = {
        b: tuple(
            (
                float(rng.uniform(-0.4, 0.4)),
                float(rng.uniform(-0.4, 0.5)),
                float(rng.choice([-1, 1]) * rng.uniform(*SCHMORL_DEPTH)) * normal_heights(table_row(b, lumbar))[2],
            )
            for _ in range(int(rng.integers(1, 3)))
        )
        for b in bodies
        if rng.random() < 0.10
    }
    wear = float(rng.beta(1.3, 1.6))
    return SpineSpec(
        seed=seed,
        scale=float(np.clip(rng.normal(1.03, 0.07), 0.85, 1.25)),
        lumbar_count=lumbar,
        thoracic_count=thoracic,
        lordosis=float(np.clip(rng.normal(1.0, 0.25), 0.3, 1.6)),
        kyphosis=float(np.clip(rng.normal(1.0, 0.3), 0.2, 1.9)),
        scoliosis_deg=float(abs(rng.normal(0, 4)) if rng.random() < 0.75 else rng.uniform(8, 22)),
        scoliosis_apex=float(rng.random()),
        marrow_fat=float(rng.uniform(0.28, 0.66)),
        diffuse_marrow=bool(sick and rng.random() < 0.08),
        fractures=fractures,
        edema=edema,
        lesions=lesions,
        schmorl=schmorl,
        osteophytes={b: float(rng.uniform(2, 9)) for b in bodies if rng.random() < 0.15 * (0.5 + wear)},
        cement=frozenset(cement),
        disc_degeneration={
            b: float(np.clip(rng.normal(wear, 0.3), 0, 1))
            for b in (*bodies, "C3", "C4", "C5", "C6", "C7", "C2", "T13", "L6")
        },
        slip_mm=random_slips(seed),
        modic={b: (1 if rng.random() < 0.4 else 2) for b in bodies if rng.random() < 0.06 * (0.5 + wear)},
        conus=str(rng.choice(["T12", "L1", "L1", "L2"])),
        canal_scale=float(rng.uniform(0.8, 1.2)),
        belly_mm=float(rng.uniform(70, 220)),
        back_fat_mm=float(rng.uniform(4, 45)),
    )
