"""``ScreeningResult``: the whole of ``result.json`` (its JSON Schema is ``vcfimg/reports/result.schema.json``)."""

from typing import Any, Literal, TypeVar

from vcfimg.base import Model, Note
from vcfimg.hashing import canonical_sha256
from vcfimg.image_findings import DECIDE, Failure, Findings, ImageProvenance
from vcfimg.imaging.measurement import LevelReport, SpineReport, VertebraMeasurement
from vcfimg.policy.policy_info import PolicyInfo
from vcfimg.recommendation.recommendation import Plan, Priority, Recommendation
from vcfimg.reviews.review import Review, in_force

__all__ = ["Conclusion", "Failure", "Findings", "Provenance", "ScreeningResult"]

M = TypeVar("M", bound=Model)


class Provenance(ImageProvenance):
    """What is needed to reproduce the result."""

    version: str
    policy: PolicyInfo
    image_policy_sha256: str | None = None
    """Hash of the policy's ``[images]`` section, which is used on the images: re-deciding cannot change it."""
    clinical_sha256: str | None = None
    as_of: str


class Conclusion(Model):
    """What follows from the findings, a person's corrections, the clinical facts and the policy."""

    schema_version: Literal["1.1"] = "1.1"
    """Rises with every renamed or removed key; :mod:`vcfimg.reports.upgrade` lifts what was written before."""
    status: Literal["ok", "failed", "no_spine_series"]
    levels: LevelReport
    vertebrae: tuple[VertebraMeasurement, ...] = ()
    spine: SpineReport = SpineReport()
    recommendations: tuple[Recommendation, ...] = ()
    plan: Plan = Plan()
    priority: Priority
    notes: tuple[Note, ...] = ()
    clinical: dict[str, Any] | None = None
    """The clinical facts that were used (JSON form of ClinicalInputs), or None."""
    level_corrections: dict[int, str] | None = None
    """Levels given by a person, by vertebra id, or None."""
    disclaimer: str


class ScreeningResult(Findings, Conclusion):
    """One study, screened: its findings and what was concluded from them. ``to_json()`` is ``result.json``.

    ``failure`` is here that of the findings or, with stage ``decide``, of the decision.
    """

    provenance: Provenance
    reviews: tuple[Review, ...] = ()
    """What people said, oldest first; laid over ``raw``, ``clinical`` and ``level_corrections``, which stay as read."""

    @property
    def content_sha256(self) -> str:
        """Hash of all that a signature covers: findings, conclusion and answers, without signatures and run time."""
        content = self.model_dump(
            mode="json", by_alias=True, exclude={"reviews": True, "provenance": {"started", "seconds"}}
        )
        said = [review.model_dump(mode="json") for review in in_force(self.reviews) if review.kind != "sign_off"]
        return canonical_sha256({**content, "reviews": said})

    @property
    def confirmed(self) -> bool:
        """Whether the last signature in force is one on this very result."""
        signatures = [review.value for review in in_force(self.reviews) if review.kind == "sign_off"]
        return bool(signatures) and signatures[-1] == self.content_sha256

    @property
    def findings(self) -> Findings:
        """The part that only a look at the images can change; re-deciding starts here."""
        found = _part(Findings, self)
        failure = self.failure if self.failure and self.failure.stage != DECIDE else None
        return found.model_copy(update={"failure": failure, "provenance": _part(ImageProvenance, self.provenance)})

    def to_json(self) -> str:
        """The text of ``result.json``; unknown is ``null``."""
        return self.model_dump_json(by_alias=True, indent=1)


def _part(model: type[M], whole: M) -> M:
    """The fields that ``whole`` has from ``model``, a base class of its own."""
    return model(**{name: getattr(whole, name) for name in model.model_fields})
