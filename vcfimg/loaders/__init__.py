"""DICOM loaders: from folders of files to classified series and geometry-checked volumes.

The functions are imported on first use, so that naming this package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vcfimg.loaders.choose import Choice, choose_series
    from vcfimg.loaders.inspection import inspect_study
    from vcfimg.loaders.scanning import scan
    from vcfimg.loaders.study import ScanResult, Series, Study
    from vcfimg.loaders.volume_reader import read_volume

_HOMES = {
    "Choice": "choose",
    "ScanResult": "study",
    "Series": "study",
    "Study": "study",
    "choose_series": "choose",
    "inspect_study": "inspection",
    "read_volume": "volume_reader",
    "scan": "scanning",
}

__all__ = ["Choice", "ScanResult", "Series", "Study", "choose_series", "inspect_study", "read_volume", "scan"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"vcfimg.loaders.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
