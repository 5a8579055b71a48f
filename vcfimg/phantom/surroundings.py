"""The random choices of one person's soft tissues."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.posterior import canal_size
from vcfimg.phantom.spine import Spine
from vcfimg.phantom.tissue import T
from vcfimg.phantom.waves import Waves

ORGANS: Final = (T.BOWEL_CONTENT, T.BOWEL_WALL, T.GAS, T.FAT, T.FLUID, T.LIVER, T.KIDNEY, T.CONNECTIVE, T.SLOW_VESSEL)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The random choices of one person's soft tissues."""

    depth_by_index: NDArray[np.float64]
    width_by_index: NDArray[np.float64]
    canal_by_index: NDArray[np.float64]
    levels: tuple[str, ...]
    conus_index: float
    sac_end_index: float
    diaphragm_index: float
    apex_index: float
    organs: tuple[tuple[NDArray[np.float64], NDArray[np.float64], int], ...]
    fine: Waves
    medium: Waves
    coarse: Waves
    belly_mm: float
    back_fat_mm: float
    back_mm: float
    vessel_x: float
    aorta_tissue: int
    roots: NDArray[np.float64]
    front_fat_mm: float
    prevertebral_fat_mm: float
    muscle_fat: float

    @classmethod
    def draw(cls, spine: Spine, rng: np.random.Generator) -> "Surroundings":
        """Random soft tissues for one spine."""
        levels = tuple(b.level for b in spine.bodies)
        at = {level: k for k, level in enumerate(levels)}
        organs = []
        lumbar = spine.bodies[at["L3"]].center
        for _ in range(int(rng.integers(18, 46))):
            center = lumbar + np.array([rng.uniform(-70, 70), -rng.uniform(45, 190), rng.uniform(-210, 170)])
            radii = rng.uniform(7, 38, 3)
            organs.append((center, radii, int(rng.choice(ORGANS))))
        return cls(
            depth_by_index=np.array([b.depth for b in spine.bodies]),
            width_by_index=np.array([b.width for b in spine.bodies]),
            canal_by_index=np.array([canal_size(level, spine.spec.canal_scale) for level in levels]),
            levels=levels,
            conus_index=at.get(spine.spec.conus, at["L1"]) + float(rng.uniform(-0.4, 0.4)),
            sac_end_index=at["S2"] + float(rng.uniform(-0.7, 0.6)),
            diaphragm_index=at["T10"] + float(rng.uniform(-1.0, 1.5)),
            apex_index=at["T1"] + float(rng.uniform(-0.5, 1.0)),
            organs=tuple(organs),
            fine=Waves.draw(rng, 4.0),
            medium=Waves.draw(rng, 14.0),
            coarse=Waves.draw(rng, 60.0),
            belly_mm=spine.spec.belly_mm,
            back_fat_mm=spine.spec.back_fat_mm,
            back_mm=float(rng.uniform(48, 70)) * spine.spec.scale,
            vessel_x=float(rng.uniform(-14, 14)),
            aorta_tissue=int(rng.choice([T.FLOW_VOID, T.FLOW_VOID, T.SLOW_VESSEL, T.HEART])),
            roots=np.column_stack([rng.uniform(-7, 7, 14), rng.uniform(-1.5, 5.5, 14), rng.uniform(-0.5, 0.5, 14)]),
            front_fat_mm=float(rng.uniform(6, 60)),
            prevertebral_fat_mm=float(rng.uniform(1, 9)),
            muscle_fat=spine.spec.muscle_fat,
        )
