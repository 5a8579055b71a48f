"""Base of the immutable, validated value objects that cross room borders, and those that every room uses."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Vec3 = tuple[float, float, float]
"""A point or direction in DICOM patient coordinates: LPS, millimetres."""


def vec3(values: Iterable[float]) -> Vec3:
    """Three numbers of any array as plain floats."""
    x, y, z = (float(value) for value in values)
    return x, y, z


Finite = Annotated[float, Field(allow_inf_nan=False)]


class Model(BaseModel):
    """Frozen pydantic model; unknown keys are errors, ``None`` means unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="null")


Kind = Literal["paper", "guideline", "design"]
"""What a statement rests on: the paper, a later guideline or published scale, or a choice of our own."""


class Note(Model):
    """Something a reader should know, wherever it is said: a stable code with its sentence."""

    code: str
    text: str
    kind: Kind | None = None
    """What a recommendation rests on; None for a fact about this study."""
