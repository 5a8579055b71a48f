"""Tissue classes of the phantom and their magnetic properties.

Relaxation times are typical 1.5 T values from the MRI literature, rounded; fat carries an effective T2 as seen in fast
spin echo trains, where J-coupling keeps it bright.
"""

from dataclasses import dataclass
from enum import IntEnum


class T(IntEnum):
    """Tissue class integers of a painted phantom."""

    AIR = 0
    FAT = 1
    MUSCLE = 2
    CSF = 3
    CORD = 4
    CORTEX = 5
    MARROW = 6
    EDEMA = 7
    LESION = 8
    FATTY_MARROW = 9
    SCLEROSIS = 10
    CEMENT = 11
    NUCLEUS = 12
    ANNULUS = 13
    DEGENERATE_DISC = 14
    LIGAMENT = 15
    EPIDURAL_FAT = 16
    ROOT = 17
    FLOW_VOID = 18
    SLOW_VESSEL = 19
    BOWEL_WALL = 20
    BOWEL_CONTENT = 21
    GAS = 22
    LIVER = 23
    KIDNEY = 24
    LUNG = 25
    HEART = 26
    SKIN = 27
    GREY_MATTER = 28
    WHITE_MATTER = 29
    BASIVERTEBRAL = 30
    POSTERIOR_MARROW = 31
    SACRAL_MARROW = 32
    VACUUM = 33
    CONNECTIVE = 34
    FLUID = 35
    MODIC_FATTY = 36
    OLD_FRACTURE = 37


@dataclass(frozen=True)
class Properties:
    """Magnetic properties of one tissue.

    Parameters
    ----------
    density
        Relative proton density, 0-1.
    fat
        Share of the protons in fat, 0-1.
    t1_ms, t2_ms
        Relaxation times of the water part at 1.5 T.
    """

    density: float
    fat: float
    t1_ms: float
    t2_ms: float


FAT_T1_MS = 260.0
FAT_T2_MS = 125.0

PROPERTIES: dict[T, Properties] = {
    T.AIR: Properties(0.0, 0.0, 1000, 50),
    T.FAT: Properties(0.95, 0.93, 900, 50),
    T.MUSCLE: Properties(0.80, 0.04, 1000, 42),
    T.CSF: Properties(1.00, 0.00, 3800, 900),
    T.CORD: Properties(0.78, 0.02, 850, 78),
    T.CORTEX: Properties(0.06, 0.10, 600, 12),
    T.MARROW: Properties(0.72, 0.50, 900, 52),
    T.EDEMA: Properties(0.82, 0.18, 1250, 92),
    T.LESION: Properties(0.82, 0.05, 1150, 80),
    T.FATTY_MARROW: Properties(0.80, 0.80, 900, 60),
    T.SCLEROSIS: Properties(0.30, 0.25, 800, 30),
    T.CEMENT: Properties(0.02, 0.0, 600, 8),
    T.NUCLEUS: Properties(0.92, 0.00, 1300, 115),
    T.ANNULUS: Properties(0.62, 0.00, 950, 36),
    T.DEGENERATE_DISC: Properties(0.70, 0.00, 1000, 48),
    T.LIGAMENT: Properties(0.18, 0.05, 800, 18),
    T.EPIDURAL_FAT: Properties(0.95, 0.90, 900, 60),
    T.ROOT: Properties(0.78, 0.05, 950, 80),
    T.FLOW_VOID: Properties(0.08, 0.0, 1200, 30),
    T.SLOW_VESSEL: Properties(0.85, 0.0, 1400, 150),
    T.BOWEL_WALL: Properties(0.78, 0.05, 1000, 55),
    T.BOWEL_CONTENT: Properties(0.85, 0.15, 900, 120),
    T.GAS: Properties(0.0, 0.0, 1000, 50),
    T.LIVER: Properties(0.78, 0.03, 600, 46),
    T.KIDNEY: Properties(0.85, 0.02, 1000, 85),
    T.LUNG: Properties(0.10, 0.0, 1000, 30),
    T.HEART: Properties(0.60, 0.02, 1000, 50),
    T.SKIN: Properties(0.60, 0.05, 900, 40),
    T.GREY_MATTER: Properties(0.85, 0.0, 1000, 95),
    T.WHITE_MATTER: Properties(0.75, 0.0, 650, 75),
    T.BASIVERTEBRAL: Properties(0.85, 0.15, 1200, 110),
    T.POSTERIOR_MARROW: Properties(0.70, 0.55, 900, 50),
    T.SACRAL_MARROW: Properties(0.72, 0.55, 900, 52),
    T.VACUUM: Properties(0.01, 0.0, 1000, 10),
    T.CONNECTIVE: Properties(0.70, 0.45, 900, 45),
    T.FLUID: Properties(0.98, 0.0, 3000, 500),
    T.MODIC_FATTY: Properties(0.82, 0.85, 900, 60),
    T.OLD_FRACTURE: Properties(0.62, 0.40, 850, 42),
}
