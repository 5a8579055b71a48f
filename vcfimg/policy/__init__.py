"""The policy: every clinical threshold with its source, in one versioned file."""

from vcfimg.policy.compare import PolicyChange, PolicyEntry, check, diff, show, to_text
from vcfimg.policy.images_section import ImagesPolicy
from vcfimg.policy.load import DEFAULT_POLICY, load_policy, moved_keys, policy_names
from vcfimg.policy.measurement_section import MeasurementPolicy
from vcfimg.policy.policy import Basis, Policy

__all__ = [
    "DEFAULT_POLICY",
    "Basis",
    "ImagesPolicy",
    "MeasurementPolicy",
    "Policy",
    "PolicyChange",
    "PolicyEntry",
    "check",
    "diff",
    "load_policy",
    "moved_keys",
    "policy_names",
    "show",
    "to_text",
]
