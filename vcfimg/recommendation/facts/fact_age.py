"""Whether a decision of one day still holds on another: the facts grow older, and the policy limits their age."""

import datetime

from vcfimg.clinical import ClinicalInputs
from vcfimg.policy import Policy
from vcfimg.recommendation.facts.patient_facts import patient_facts


def ages_alike(
    clinical: ClinicalInputs | None,
    policy: Policy,
    one: datetime.date,
    other: datetime.date,
    *,
    study_date: datetime.date | None = None,
) -> bool:
    """Whether no fact's age crosses a limit of the policy between two decision dates.

    The engine knows the decision date only through what it takes as fact, so the same facts give the same decision.
    """
    if one == other:
        return True
    return patient_facts(clinical, policy, one, study_date) == patient_facts(clinical, policy, other, study_date)
