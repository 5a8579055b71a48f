"""Additions that a maintainer may want to make, kept as patches: each is applied to a copy of the project and run."""
