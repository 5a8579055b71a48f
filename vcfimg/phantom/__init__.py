"""A parametric 3-D spine with exact truth: serves demo, tests and training alike."""

from vcfimg.phantom.phantom_study import PhantomStudy, make_study
from vcfimg.phantom.spec import Edema, Fracture, Lesion, SpineSpec, random_spec
from vcfimg.phantom.truth import SpineTruth, VertebraTruth

__all__ = [
    "Edema",
    "Fracture",
    "Lesion",
    "PhantomStudy",
    "SpineSpec",
    "SpineTruth",
    "VertebraTruth",
    "make_study",
    "random_spec",
]
