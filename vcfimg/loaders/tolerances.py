"""What positions, spacings and sizes an MR image of a person can have: one measure for the scan and for the reading."""

from typing import Final

PIXEL_SPACING_RANGE_MM: Final = (0.05, 10.0)
"""Distance of neighbouring pixels."""

MAX_POSITION_MM: Final = 100_000.0
"""Largest coordinate: no table moves further, whatever the origin."""

SAME_POSITION_MM: Final = 0.05
"""Slices nearer than this along their normal lie at one position; rounding in a transfer moves them by less."""

PLACEMENT_TOLERANCE_MM: Final = 0.25
"""Largest distance of a slice from its place in the regular stack, along the normal or sideways."""

DECLARED_SPACING_RANGE_MM: Final = (0.01, 1000.0)
"""Spacing Between Slices (0018,0088) outside is a filler value."""

MAX_FILE_BYTES: Final = 1 << 30
"""Size of one file on disk; larger ones are no MR images, and are set aside unread."""
