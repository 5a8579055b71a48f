"""Base and value types of the policy sections: frozen, closed, bounded so that an impossible number cannot pass."""

from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from vcfimg.level_names import is_level

Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Degrees = Annotated[float, Field(strict=True, ge=0, le=90, allow_inf_nan=False)]
Millimetres = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Years = Annotated[float, Field(strict=True, ge=0, le=130, allow_inf_nan=False)]
Days = Annotated[int, Field(strict=True, ge=0, le=3650)]
PositiveCount = Annotated[int, Field(strict=True, ge=1, le=30)]


def _level(name: str) -> str:
    if not is_level(name):
        raise ValueError(f"not a vertebral level: {name!r}")
    return name


Level = Annotated[str, AfterValidator(_level)]
LevelHeights = dict[Level, Annotated[float, Field(strict=True, gt=0, le=60, allow_inf_nan=False)]]
LevelPercents = dict[Level, Annotated[float, Field(strict=True, gt=0, le=50, allow_inf_nan=False)]]
LevelWedges = dict[Level, Annotated[float, Field(strict=True, ge=-30, le=30, allow_inf_nan=False)]]


class Section(BaseModel):
    """One table of a policy file, its values only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def need_order(self, *names: str, equal: bool = False) -> None:
        """Raise ``ValueError`` unless the named values ascend; ``equal`` lets neighbours be the same."""
        for low_name, high_name in pairwise(names):
            low, high = getattr(self, low_name), getattr(self, high_name)
            if not (low < high or (equal and low == high)):
                limit = "not be above" if equal else "be below"
                raise ValueError(f"{low_name} ({low}) must {limit} {high_name} ({high})")


class Points(Section):
    """Points of one item of a score."""

    ASCENDING: ClassVar[tuple[str, ...]]
    """The answers from the least to the most dangerous: points must not fall along them."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order(*self.ASCENDING, equal=True)
        return self
