"""Vertebral compression fractures on spine MRI: measure, put together with clinical facts, flag BKP versus VP."""

__version__ = "0.1.0"
