"""Five invented patients for the documentation; ``python -m tests.recommendation.sample_patients`` writes the page."""

from collections.abc import Iterator
from pathlib import Path

from tests.recommendation.level_cases import case, record, spine, vertebra
from vcfimg.imaging.measurement import Genant, Kyphosis, SpineReport
from vcfimg.reports.explain.explanation import explain
from vcfimg.reports.explain.what_if import Case

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explain.md"

HEADER = """# Five decisions, explained

What `vcfimg explain` prints for five invented patients, decided on 24 November 2026. The first one lists every rule
that was evaluated; the others stop before that list. P numbers are the statements of the paper (JNCCN 2012;10:715-719);
the words paper, guideline and design say whose rule it is.

How to read it. The title of each level gives the status and the procedure preference in the words of `result.json`;
the two lines below it say the same in plain words. A preference is not an order. It follows from collapse, level and
index fracture, not from the status, so it is also shown where augmentation is undecided or not indicated; it is
withheld in an emergency, with a contraindication and outside the scope.

A gate is *raised* when it holds, *not raised* when it does not, and *open* when what it needs is unknown and that keeps
the level from being decided; "as far as known" means that the unknown is to be confirmed but does not block.

| short | what it is |
|---|---|
| BKP, VP | balloon kyphoplasty, vertebroplasty |
| MDT | multidisciplinary team: the tumour board |
| G0 to G8 | the gates that are checked, in the order G1, G2, G3, G4, G5, G0, G6, G7, G8 |
| SINS | Spinal Instability Neoplastic Score, 0-18: up to 6 stable, 7-12 potentially unstable, from 13 unstable |
| ESCC | epidural spinal cord compression on MRI by Bilsky: 0, 1a-1c, 2, 3 |
| Genant | grade of a fracture by height loss: 1 from 20 %, 2 from 25 %, 3 above 40 % |
| VAS | pain on the visual analogue scale, 0-10 |
| RT | radiation therapy |
| P1 to P31 | the statements of the paper, numbered as in docs/clinical.md, this project's list of them |
| paper, guideline, design | whose rule: the paper's, a later guideline's or published scale's, this project's own |
| IMWG, NASS, SIR, ACR | bodies that issue guidance: myeloma, spine surgery, interventional radiology, radiology |
| CAFE | the randomised trial of BKP against non-surgical care in cancer |

This page is made by `python -m tests.recommendation.sample_patients` and a test holds it to the engine.
"""


def patients() -> Iterator[tuple[str, Case]]:
    """Title and case of each sample patient."""
    yield (
        "A T12 fracture with everything known",
        case(
            record(
                "T12",
                loss_percent=48,
                pain_vas=8,
                pain_vas_date="2026-11-20",
                exam_date="2026-11-20",
                primaries=("breast",),
                sex="F",
                surgeon_stable=True,
                instrumented=False,
                trauma=False,
                primary_bone_tumour=False,
            )
        ),
    )
    yield (
        "The same fracture, cord not examined",
        case(record("T12", loss_percent=48, pain_vas=9, clinical_cord_compression=None, posterior_wall=None)),
    )
    yield (
        "New kyphosis and more than half the height lost",
        case(record("T12", loss_percent=55, pain_vas=8, alignment="deformity")),
    )
    yield (
        "Images alone",
        case(
            None,
            spine(
                vertebra(1, "T11"),
                vertebra(2, "T12"),
                vertebra(3, "L1", loss=34, uncertainty=5, fraction=0.42, genant=Genant(grade=2, type="wedge")),
                vertebra(4, "L2"),
                confirmed=False,
                report=SpineReport(kyphosis=(Kyphosis(from_="T12", to="L2", deg=18.0),)),
            ),
        ),
    )
    yield (
        "Pain that the fracture does not explain",
        case(record("T9", loss_percent=35, pain_vas=8, exam_levels=("L4",), clinical_cord_compression=None)),
    )


def page() -> str:
    """The whole documentation page."""
    parts = [HEADER]
    for number, (title, facts) in enumerate(patients(), start=1):
        text = explain(facts.decide(), case=facts, rules=number == 1)
        parts.append(f"## {number}. {title}\n\n```text\n{text}```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
