"""Which segmenter made the labels; apart from the label maps, so that a result can be read without numpy."""

from vcfimg.base import Model


class SegmenterInfo(Model):
    """Which segmenter made the labels."""

    name: str
    version: str
    sha256: str | None = None
    """Hash of the weights, or None for a segmenter without weights."""
