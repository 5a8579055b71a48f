"""The ``[images]`` section: the values that are used on the images themselves (clinical.md section 5).

Deciding again cannot apply another value of these; the images must be read again.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from vcfimg.hashing import canonical_sha256
from vcfimg.policy.section_base import Degrees, Section


class ImagesPolicy(Section):
    """Values for the loaders and for the reading of edges; sources stand beside each value in the policy file."""

    endplate_offset_mm: Annotated[float, Field(strict=True, ge=0, le=3, allow_inf_nan=False)]
    """From the inner marrow half-maximum to the centre of the dark endplate line, mm."""
    oblique_warn_deg: Degrees
    oblique_refuse_deg: Degrees
    """Tilt of a sagittal stack that gives a warning, or refuses it."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        self.need_order("oblique_warn_deg", "oblique_refuse_deg")
        return self

    @property
    def sha256(self) -> str:
        """Hash over the values: ``provenance.image_policy_sha256`` of a result."""
        return canonical_sha256(self.model_dump(mode="json"))
