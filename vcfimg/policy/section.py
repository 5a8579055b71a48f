"""Base and value types of the policy sections: frozen, closed, bounded so that an impossible number cannot pass."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from vcfimg.levels import is_level

Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=0, le=90, allow_inf_nan=False)]
Millimetres = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Years = Annotated[float, Field(ge=0, le=130, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3650)]
PositiveCount = Annotated[int, Field(ge=1, le=30)]


def _level(name: str) -> str:
    if not is_level(name):
        raise ValueError(f"not a vertebral level: {name!r}")
    return name


Level = Annotated[str, AfterValidator(_level)]
LevelHeights = dict[Level, Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)]]
LevelWedges = dict[Level, Annotated[float, Field(ge=-30, le=30, allow_inf_nan=False)]]


class Section(BaseModel):
    """One table of a policy file, its values only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def need_order(self, *names: str) -> None:
        """Raise ``ValueError`` unless the named values ascend."""
        values = [getattr(self, name) for name in names]
        for (low, low_name), (high, high_name) in zip(
            zip(values, names, strict=True), list(zip(values, names, strict=True))[1:], strict=False
        ):
            if not low < high:
                raise ValueError(f"{low_name} ({low}) must be below {high_name} ({high})")
