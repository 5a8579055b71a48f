"""The factor between a standard error and the half-width of its 95 % interval."""

from typing import Final

Z95: Final = 1.96
"""97.5th percentile of the normal distribution."""
