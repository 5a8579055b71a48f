"""The gates in the order of clinical.md section 2; status, trace, missing list and explanation walk this one table.

A new gate is a row here and a file beside this one.
"""

from typing import Final

from vcfimg.recommendation.gates.contraindication import CONTRAINDICATION
from vcfimg.recommendation.gates.epidural import EPIDURAL
from vcfimg.recommendation.gates.gate import Gate
from vcfimg.recommendation.gates.indication import INDICATION
from vcfimg.recommendation.gates.instability import SINS, STABILITY
from vcfimg.recommendation.gates.neurology import NEUROLOGY
from vcfimg.recommendation.gates.posterior_wall import POSTERIOR_WALL
from vcfimg.recommendation.gates.relative_gates import RELATIVE
from vcfimg.recommendation.gates.rule import Rule
from vcfimg.recommendation.gates.scope import SCOPE

GATES: Final[tuple[Gate, ...]] = (
    NEUROLOGY,
    EPIDURAL,
    STABILITY,
    SINS,
    CONTRAINDICATION,
    SCOPE,
    INDICATION,
    RELATIVE,
    POSTERIOR_WALL,
)

GATE_RULES: Final[tuple[Rule, ...]] = tuple(check.rule for gate in GATES for check in gate.checks)
