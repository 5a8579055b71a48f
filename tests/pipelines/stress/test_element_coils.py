"""Bodies under coils of several elements: edema is found, and none is seen where there is none."""

from collections import Counter

from pipelines.stress.element_coils import swung_study, verdicts

SEEDS = (3000, 3003)
"""With 3 and 4 bodies called edematous by a field without a term along the spine."""


def test_swing_of_the_coil_is_no_edema() -> None:
    total: Counter[tuple[bool, bool | None]] = Counter()
    for seed in SEEDS:
        total += verdicts(swung_study(seed))
    assert sum(total.values()) > 15
    assert total[False, True] == 0
    assert total[True, False] == 0
