"""What a result concludes, as sentences: the same words in the SR, the FHIR report and the picture."""

from vcfimg.reports.pages.verdict import verdicts
from vcfimg.reports.wording.decision_words import PRIORITY, outcome_words
from vcfimg.reports.wording.input_words import input_noun
from vcfimg.reports.wording.page_words import DISCLAIMER
from vcfimg.reports.wording.vertebra_names import vertebra_name
from vcfimg.result import ScreeningResult


def impression(result: ScreeningResult) -> tuple[str, ...]:
    """A sentence per level that a decision was made for, and one on priority."""
    lines = []
    for verdict in verdicts(result):
        item = verdict.recommendation
        line = f"{verdict.name}: {outcome_words(item.status, item.preference)}."
        if item.missing:
            line += f" Missing: {', '.join(input_noun(path) for path in item.missing)}."
        lines.append(line)
    if not lines:
        lines.append("No level with a collapse, with edema or named by the clinical facts.")
    unmeasured = [vertebra_name(one) for one in result.vertebrae if not one.quality.measured]
    if unmeasured:
        lines.append(f"Not measured: {', '.join(unmeasured)}.")
    reasons = f" ({'; '.join(result.priority.reasons)})" if result.priority.reasons else ""
    return (*lines, f"Proposed priority: {PRIORITY[result.priority.class_].label}{reasons}.")


def basis(result: ScreeningResult) -> str:
    """Policy, software, segmenter and day of the decision."""
    policy, info = result.provenance.policy, result.provenance.segmenter
    segmenter = f", segmenter {info.name} {info.version}" if info else ""
    return (
        f"Decided for {result.provenance.as_of} by vcfimg {result.provenance.version} under policy {policy.name} "
        f"{policy.version} (sha256 {policy.sha256[:12]}){segmenter}."
    )


def statement(result: ScreeningResult) -> str:
    """That this is not a medical device."""
    return result.disclaimer.strip() or DISCLAIMER
