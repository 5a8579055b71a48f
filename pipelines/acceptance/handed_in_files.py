"""Damages files that people hand in, by the thousand: clinical facts, policies and stored results.

``python -m pipelines.acceptance.handed_in_files --count 5000`` exits with 1 when anything but a named refusal came out.
"""

import argparse
import copy
import datetime
import json
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pipelines.commands.clinical_check import check_file
from pipelines.commands.deciding import decide_records, decide_result
from pipelines.stored_result import as_stored
from vcfimg.errors import VcfimgError
from vcfimg.policy import load_policy
from vcfimg.reports import read_result, write, write_tables
from vcfimg.reports.explain.explanation import case_of, explain

ROOT: Final = Path(__file__).parents[2]
AS_OF: Final = datetime.date(2026, 1, 10)
CSV: Final = (
    "patient_id,age,cancer,exam_date,level,loss_percent,stir_edema,escc\n"
    'P-1,74,no,2026-01-02,T12,35,yes,0\nP-1,,,,L1,12,no,\nP-2,61,yes,2025-12-24,L3,"40,5",,2\n'
)
VALUES: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 10**40, 1e308, float("nan"), "", "never", "2026-99-99", "=1+1", "\u202e\0", "x" * 5000,
    [], {}, [[1, 2], [3]], {"value": None}, "T12", "yes",
)  # fmt: skip

Case = Callable[[random.Random, Path], None]
"""Writes one damaged file below the folder and reads it as a command would."""


KINDS: Final = ("clinical", "policy", "result")
"""What is damaged."""


def results(kind: str, case: Case, count: int, first: int = 0) -> Iterator[tuple[str, str]]:
    """``(outcome, failure)`` of every case; the failure is empty where a file was used or refused by name."""
    with tempfile.TemporaryDirectory(prefix="handed") as folder:
        for seed in range(first, first + count):
            try:
                case(random.Random(f"{kind} {seed}"), Path(folder))
            except VcfimgError as error:
                yield error.code, ""
            except Exception as error:  # noqa: BLE001 - finding what escapes is what this program is for
                yield "escaped", f"{kind} {seed}: {type(error).__name__}: {error}"
            else:
                yield "used", ""


def cases(result: Mapping[str, Any]) -> dict[str, Case]:
    """The cases of every kind; ``result`` is a parsed ``result.json`` to damage."""
    records = json.loads((ROOT / "sample_data" / "clinical.json").read_text("utf-8"))
    policy = (resources.files("vcfimg.policy") / "policies" / "jnccn2012-1.0.toml").read_bytes()
    loaded = load_policy()

    def clinical(rng: random.Random, folder: Path) -> None:
        table = rng.random() < 0.5
        path = folder / ("facts.csv" if table else "facts.json")
        path.write_bytes(damaged_bytes(rng, CSV.encode()) if table else damaged_json(rng, records))
        check_file(path, AS_OF).to_text()
        decide_records(path, loaded, AS_OF).to_json()

    def site_policy(rng: random.Random, folder: Path) -> None:
        path = folder / "site.toml"
        path.write_bytes(damaged_bytes(rng, policy) if rng.random() < 0.5 else _damaged_toml(rng, policy))
        load_policy(path)

    def stored(rng: random.Random, folder: Path) -> None:
        path = folder / "result.json"
        path.write_bytes(damaged_json(rng, result))
        found = read_result(path)
        with as_stored(path):
            decide_result(path, None, None, loaded, AS_OF).to_text()
            explain(found, case=case_of(found, loaded))
        write(found, folder / "out")
        write_tables([found], folder / "out")

    return {"clinical": clinical, "policy": site_policy, "result": stored}


def damaged_bytes(rng: random.Random, data: bytes) -> bytes:
    """Some bytes changed, removed, repeated or put in."""
    made = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at, length = rng.randrange(len(made) + 1), rng.randint(0, 40)
        made[at : at + rng.choice((0, 1, length))] = rng.choice(
            (b"", rng.randbytes(rng.randint(1, 4)), bytes(made[at : at + length]) * 2, b'"', b"\n", b";", b"[", b"{")
        )
    return bytes(made)


def damaged_json(rng: random.Random, document: Any) -> bytes:
    """As :func:`damaged_bytes`, or values of the parsed document replaced, removed or doubled."""
    if rng.random() < 0.2:
        return damaged_bytes(rng, json.dumps(document).encode())
    made = copy.deepcopy(document)
    for _ in range(rng.randint(1, 3)):
        _damage(rng, made)
    return json.dumps(made).encode()


def _damage(rng: random.Random, value: Any) -> None:
    """Walk down at random and change something there."""
    while isinstance(value, dict | list) and value:
        key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
        if isinstance(value[key], dict | list) and value[key] and rng.random() < 0.85:
            value = value[key]
            continue
        match rng.randrange(4):
            case 0:
                del value[key]
            case 1 if isinstance(value, list):
                value.append(copy.deepcopy(value[key]))
            case _:
                value[key] = copy.deepcopy(rng.choice(VALUES))
        return


def _damaged_toml(rng: random.Random, text: bytes) -> bytes:
    """A site's policy on the shipped base, one value replaced by another kind of value."""
    sections = {name: table for name, table in tomllib.loads(text.decode()).items() if isinstance(table, dict)}
    section = rng.choice(list(sections))
    key = rng.choice(list(sections[section]))
    value = rng.choice(("inf", "-1", "nan", "1e400", "[]", "{}", '"x"', "true", "1979-05-27", "[" * 3000 + "]" * 3000))
    head = 'name = "site"\nversion = "1"\nbase = "jnccn2012-1.0"\n'
    return f"{head}[{section}]\n{key} = {value}\n".encode()


def sample_result() -> dict[str, Any]:
    """A result to damage: the fractured sample study, screened."""
    from vcfimg.loaders import scan
    from vcfimg.screening import screen_study

    (study,) = scan([ROOT / "sample_data" / "1-fractures"]).studies
    found: dict[str, Any] = json.loads(screen_study(study, as_of=AS_OF).to_json())
    return found


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000, help="number of files of each kind (default 5000)")
    parser.add_argument("--first", type=int, default=0, help="seed of the first (default 0)")
    parser.add_argument("--kind", choices=KINDS, action="append", help="these alone (default: every kind)")
    options = parser.parse_args(arguments)
    escaped = 0
    for kind, case in cases(sample_result()).items():
        if kind not in (options.kind or KINDS):
            continue
        outcomes: Counter[str] = Counter()
        for outcome, failure in results(kind, case, options.count, options.first):
            outcomes[outcome] += 1
            if failure:
                escaped += 1
                print(failure, file=sys.stderr)
        print(json.dumps({"kind": kind, "outcomes": dict(outcomes.most_common())}), flush=True)
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
