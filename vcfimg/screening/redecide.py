"""A stored result re-decided: corrected levels, new clinical facts, another policy or another date."""

import datetime
from collections.abc import Mapping

from vcfimg.clinical import ClinicalInputs, from_dict
from vcfimg.errors import PolicyError
from vcfimg.policy import Policy
from vcfimg.result import ScreeningResult
from vcfimg.screening.decide import decide


def redecide(
    result: ScreeningResult,
    *,
    clinical: ClinicalInputs | None,
    levels: Mapping[int, str] | None,
    policy: Policy,
    as_of: datetime.date,
) -> ScreeningResult:
    """What a full run with these facts would have given, from the level-free facts the result keeps.

    Nothing of the old decision is taken over: to keep earlier facts, pass :func:`kept_clinical` and
    :func:`kept_levels`. ``provenance.started`` and ``seconds`` stay those of the look at the images.

    Raises
    ------
    PolicyError
        ``images_needed`` when the policy differs in a value that is used on the images themselves: only a new run can
        apply that.
    """
    if result.raw is not None and result.provenance.image_policy_sha256 != policy.images.sha256:
        raise PolicyError("images_needed", "this policy changes how images are measured; screen the study again")
    return decide(result.findings, clinical=clinical, levels=levels, policy=policy, as_of=as_of)


def kept_clinical(result: ScreeningResult) -> ClinicalInputs | None:
    """The clinical facts that the stored decision used."""
    return None if result.clinical is None else from_dict(result.clinical)


def kept_levels(result: ScreeningResult) -> dict[int, str] | None:
    """The level corrections that the stored decision used."""
    return result.level_corrections
