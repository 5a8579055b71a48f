"""What a stack of MR images shows: its role, and in one table everything that follows from it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Slot = Literal["t1", "t2", "edema"]
"""What is looked for at each station of a study."""


class Role(StrEnum):
    """The contrast of a stack, or why it has none; in the order in which pages show the series."""

    T2 = "t2"
    STIR = "stir"
    T2_FS = "t2_fs"
    DIXON_WATER = "dixon_water"
    T1 = "t1"
    T1_POST = "t1_post"
    DIXON_FAT = "dixon_fat"
    PD = "pd"
    OTHER = "other"
    LOCALIZER = "localizer"

    @property
    def traits(self) -> "Traits":
        """The row of this role in :data:`TRAITS`."""
        return TRAITS[self]

    @property
    def label(self) -> str:
        """The role within a sentence."""
        return TRAITS[self].label

    @property
    def heading(self) -> str:
        """The role at the start of a line."""
        return self.label[0].upper() + self.label[1:]

    @property
    def shows_edema(self) -> bool:
        """Whether marrow edema is bright on it."""
        return TRAITS[self].edema_rank is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What follows from a role; the defaults are those of a series that is never measured."""

    label: str
    slot: Slot | None = None
    """The slot it can fill."""
    edema_rank: int | None = None
    """Place among the roles that show marrow edema, 0 the best; later ones are lower-grade substitutes."""
    bright_csf: bool = False
    """Whether cerebrospinal fluid is brighter than the cord."""
    marrow_signal: bool = False
    """Whether its marrow signal is kept; T1 after contrast agent is never marrow evidence."""
    reference_rank: int | None = None
    """Place among the roles whose grid and frame the others are brought to, 0 the best."""


TRAITS: Final[dict[Role, Traits]] = {
    Role.T2: Traits(label="T2", slot="t2", bright_csf=True, marrow_signal=True, reference_rank=0),
    Role.STIR: Traits(label="STIR", slot="edema", edema_rank=0, bright_csf=True, marrow_signal=True, reference_rank=2),
    Role.T2_FS: Traits(
        label="fat-suppressed T2", slot="edema", edema_rank=1, bright_csf=True, marrow_signal=True, reference_rank=3
    ),
    Role.DIXON_WATER: Traits(
        label="Dixon water image", slot="edema", edema_rank=2, bright_csf=True, marrow_signal=True, reference_rank=4
    ),
    Role.T1: Traits(label="T1", slot="t1", marrow_signal=True, reference_rank=1),
    Role.T1_POST: Traits(label="T1 after contrast agent", reference_rank=7),
    Role.DIXON_FAT: Traits(label="Dixon fat image", reference_rank=6),
    Role.PD: Traits(label="proton density", reference_rank=5),
    Role.OTHER: Traits(label="other image"),
    Role.LOCALIZER: Traits(label="localizer"),
}
"""One row per role."""

EDEMA_ROLES: Final[tuple[Role, ...]] = tuple(
    sorted((role for role in Role if role.shows_edema), key=lambda role: TRAITS[role].edema_rank or 0)
)
"""Roles that show marrow edema, best first."""

SLOTS: Final[dict[Slot, tuple[Role, ...]]] = {
    "t1": tuple(role for role in Role if TRAITS[role].slot == "t1"),
    "t2": tuple(role for role in Role if TRAITS[role].slot == "t2"),
    "edema": tuple(role for role in EDEMA_ROLES if TRAITS[role].slot == "edema"),
}
"""The roles that can fill each slot, best first."""


def reference_rank(role: Role) -> int:
    """Rank as the series whose frame the others are brought to; roles without one come last."""
    rank = TRAITS[role].reference_rank
    return len(Role) if rank is None else rank


def display_rank(role: Role) -> int:
    """Rank on pages."""
    return list(Role).index(role)
