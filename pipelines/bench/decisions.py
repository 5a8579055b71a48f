"""How many patients a second the recommendation engine decides on one core: ``python -m pipelines.bench.decisions``."""

import datetime
import itertools
import time

from vcfimg.clinical.inputs import ClinicalInputs, LevelInputs
from vcfimg.policy import load_policy
from vcfimg.recommendation import recommend

_LEVELS = ("T8", "T12", "L1", "L3")


def patients(count: int) -> list[ClinicalInputs]:
    """``count`` different invented records, one or two levels each."""
    flags = itertools.cycle((False, False, None, False, True, False, False))
    made = []
    for number in range(count):
        levels = {
            level: LevelInputs(
                escc=("0", "1b", "0", None)[number % 4],
                bone_quality=("lytic", None)[number % 2],
                alignment="normal",
                posterolateral="none",
                stir_edema=True,
                loss_percent=float(number % 90),
                loss_uncertainty=6.0,
            )
            for level in _LEVELS[number % 4 : number % 4 + 1 + number % 2]
        }
        made.append(
            ClinicalInputs(
                age=40 + number % 50,
                cancer=True,
                pain_vas=float(number % 11),
                pain_positional=True,
                exam_levels=tuple(levels),
                clinical_cord_compression=next(flags),
                new_neurological_deficit=False,
                infection=next(flags),
                coagulopathy_uncorrected=False,
                levels=levels,
            )
        )
    return made


def main(count: int = 10_000) -> None:
    """Decide ``count`` patients and print the rate, with and without writing JSON."""
    policy, as_of = load_policy(), datetime.date(2026, 1, 1)
    records = patients(count)
    started = time.process_time()
    levels = sum(len(recommend(None, record, policy, as_of).recommendations) for record in records)
    decided = time.process_time() - started
    started = time.process_time()
    size = sum(len(recommend(None, record, policy, as_of).model_dump_json(by_alias=True)) for record in records)
    written = time.process_time() - started
    print(f"{count} patients, {levels} levels: {count / decided:,.0f} patients/s decided on one core")
    print(f"{count / written:,.0f} patients/s decided and written as JSON ({size / 1e6:.0f} MB)")


if __name__ == "__main__":
    main()
