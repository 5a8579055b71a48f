"""``Policy``: every threshold of one decision, with the basis of each and a hash over all of it."""

import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from vcfimg.base import Kind
from vcfimg.policy.decision_sections import (
    CarePolicy,
    FactsPolicy,
    GatesPolicy,
    PreferencePolicy,
    PriorityPolicy,
    SinsPolicy,
)
from vcfimg.policy.images_section import ImagesPolicy
from vcfimg.policy.measurement_section import MeasurementPolicy

if TYPE_CHECKING:
    from vcfimg.policy.policy_info import PolicyInfo


SECTIONS: tuple[str, ...] = ("images", "measurement", "facts", "gates", "sins", "preference", "care", "priority")
"""The tables of a policy file, in the order of the data."""


class Basis(BaseModel):
    """Where one value comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str = Field(min_length=1)
    kind: Kind
    source: str = Field(min_length=1)


class Policy(BaseModel):
    """One validated policy; build it with :func:`vcfimg.policy.load_policy`.

    ``basis`` maps ``"section.key"`` to the unit, kind and source of that value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    title: str = ""
    base: str | None = None
    """Name of the policy a site file builds on; None for a complete one."""
    images: ImagesPolicy
    measurement: MeasurementPolicy
    facts: FactsPolicy
    gates: GatesPolicy
    sins: SinsPolicy
    preference: PreferencePolicy
    care: CarePolicy
    priority: PriorityPolicy
    basis: dict[str, Basis] = Field(default_factory=dict, repr=False)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over the effective content (values, units, kinds, sources); comments and layout do not count."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    @cached_property
    def info(self) -> "PolicyInfo":
        """Name, version and hash as they stand in every output."""
        from vcfimg.policy.policy_info import PolicyInfo

        return PolicyInfo(name=self.name, version=self.version, sha256=self.sha256)

    def values(self) -> dict[str, Any]:
        """Every value by its ``"section.key"``, in the order of the file."""
        found: dict[str, Any] = {}
        for section in SECTIONS:
            for key, value in getattr(self, section).model_dump(mode="json").items():
                found[f"{section}.{key}"] = value
        return found
