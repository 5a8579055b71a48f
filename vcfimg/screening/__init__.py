"""One study from DICOM to recommendation.

The functions are imported on first use, so that deciding again loads no image code.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vcfimg.screening.examination import Examination
    from vcfimg.screening.redecide import kept_clinical, kept_levels
    from vcfimg.screening.screen import examine, screen_study

_HOMES = {
    "Examination": "examination",
    "examine": "screen",
    "kept_clinical": "redecide",
    "kept_levels": "redecide",
    "screen_study": "screen",
}

__all__ = ["Examination", "examine", "kept_clinical", "kept_levels", "screen_study"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"vcfimg.screening.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
