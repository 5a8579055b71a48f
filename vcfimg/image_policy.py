"""The few policy values that are used on images, and so cannot be changed by deciding again."""

from typing import Final

from vcfimg.hashing import canonical_sha256
from vcfimg.policy import Policy

IMAGE_KEYS: Final = ("endplate_offset_mm", "oblique_refuse_deg", "oblique_warn_deg")
"""Keys of the ``[measurement]`` section that :func:`vcfimg.imaging.measure` or a loader reads."""


def image_policy_sha256(policy: Policy) -> str:
    """Hash over the values of :data:`IMAGE_KEYS`."""
    return canonical_sha256({key: getattr(policy.measurement, key) for key in IMAGE_KEYS})
