"""A bank of painted phantom slices: class maps on disk, turned into images of any contrast while training.

Painting is the costly part, so it is done once; every slice is then seen in a new contrast each time.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.paint import paint
from vcfimg.phantom.person import Person, make_person
from vcfimg.phantom.spec import Fracture, FractureKind, SpineSpec, random_spec

PIXEL_MM: Final = 0.8
SIZE: Final = 352
"""Rows and columns of a stored slice (282 mm)."""
SUBSLICES: Final = 3
SLICES_PER_PERSON: Final = 2
REGIONS: Final = {"lumbar": 0.58, "thoracic": 0.24, "cervical": 0.18}

REMNANT_DISC_SHARE: Final = 0.4
"""People whose S1 looks like a body: a visible disc below it. The sacrum is still counted from its top."""

COLLAPSED_SHARE: Final = 0.5
"""People with several severe fractures: a bright disc sunk into a collapsed body is where outlines go wrong."""


def collapsed(spec: SpineSpec, rng: np.random.Generator) -> SpineSpec:
    """The same person with two to five severe fractures (35-80 percent), often next to each other."""
    levels = [f"T{n}" for n in range(4, 13)] + [f"L{n}" for n in range(1, spec.lumbar_count + 1)]
    first = int(rng.integers(len(levels) - 1))
    fractures = dict(spec.fractures)
    for level in levels[first : first + int(rng.integers(2, 6))]:
        kind: FractureKind = ("wedge", "biconcave", "crush")[int(rng.choice(3, p=[0.25, 0.5, 0.25]))]
        if rng.random() < 0.75:
            fractures[level] = Fracture(kind, float(rng.uniform(35, 80)), superior_share=float(rng.uniform(0.4, 1.0)))
    return replace(spec, fractures=fractures)


def sheet(person: Person, rng: np.random.Generator) -> tuple[NDArray[np.float64], float, float]:
    """Centre (LPS mm), in-plane yaw (degrees) and slice thickness (mm) of a random sagittal slice."""
    region = rng.choice(list(REGIONS), p=list(REGIONS.values()))
    by_level = {b.level: b for b in person.spine.bodies}
    low, high = {"lumbar": ("S1", "T12"), "thoracic": ("L1", "T3"), "cervical": ("T4", "C2")}[str(region)]
    a, b = by_level[low].center, by_level[high].center
    center = a + rng.random() * (b - a)
    # A real stack is centred on the spine but straight: off-midline slices and scoliosis come with it.
    # Its outermost slices show no body at all, but muscles as long as the spine.
    lateral = rng.normal(0, 9) if rng.random() < 0.75 else rng.uniform(-55, 55)
    center = center + np.array([lateral, rng.uniform(-60, 45), rng.uniform(-15, 15)])
    return center, float(rng.normal(0, 4)), float(rng.uniform(1.0, 5.0))


def make_slices(seed: int) -> list[dict[str, NDArray[np.uint8]]]:
    """Paint the slices of one random person."""
    rng = np.random.default_rng([seed, 3])
    spec = random_spec(seed, pathology=0.55)
    if rng.random() < REMNANT_DISC_SHARE:
        spec = replace(spec, sacral_disc=float(rng.uniform(1.3, 3.0)))
    if rng.random() < COLLAPSED_SHARE:
        spec = collapsed(spec, rng)
    person = make_person(spec)
    out = []
    for _ in range(SLICES_PER_PERSON):
        center, yaw, thickness = sheet(person, rng)
        cos, sin = np.cos(np.deg2rad(yaw)), np.sin(np.deg2rad(yaw))
        normal, along = np.array([cos, sin, 0.0]), np.array([-sin, cos, 0.0])
        reach = (np.arange(SIZE) - (SIZE - 1) / 2) * PIXEL_MM
        plane = center + reach[None, :, None] * along - reach[:, None, None] * np.array([0.0, 0.0, 1.0])
        layers = [paint(person, plane + normal * o * thickness) for o in np.linspace(-1 / 3, 1 / 3, SUBSLICES)]
        middle = layers[SUBSLICES // 2]
        out.append(
            {
                "tissue": np.stack([p.tissue for p in layers]),
                "label": middle.label,
                "instance": middle.instance,
                "marrow_fat": np.array([int(person.spine.spec.marrow_fat * 255)], np.uint8),
            }
        )
    return out


def bank_files(folder: Path) -> list[Path]:
    """People of the bank that are painted whole, by seed."""
    return sorted(f for f in folder.glob("*.npz") if f.stem.isdigit())


def fill_bank(folder: Path, seeds: Sequence[int]) -> None:
    """Paint and store the slices of ``seeds``; a seed already stored is skipped."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        target = folder / f"{seed:06d}.npz"
        if target.exists():
            continue
        slices = make_slices(seed)
        partial = target.with_suffix(".partial.npz")
        arrays: dict[str, Any] = {f"{key}{i}": v for i, piece in enumerate(slices) for key, v in piece.items()}
        np.savez_compressed(partial, **arrays)
        os.replace(partial, target)
