"""Writes an evaluation as Markdown, JSON and CSV."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vcfimg.evaluation.accuracy_summary import LOST_PERCENT, Summary, by_contrast, by_level
from vcfimg.evaluation.agreement import Agreement, Share
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.evaluation.unevenness import Unevenness

_DASH = "–"


def write_tables(
    out: Path,
    header: Mapping[str, Any],
    cases: Sequence[CaseRow],
    rows: Sequence[BodyRow],
    whole: Summary,
    plots: Sequence[str],
) -> list[Path]:
    """Write ``report.md``, ``evaluation.json``, ``bodies.csv`` and ``cases.csv``; returns their paths."""
    contrasts, levels = by_contrast(cases, rows), by_level(rows)
    report = out / "report.md"
    report.write_text(markdown(header, cases, whole, contrasts, levels, plots), encoding="utf-8")
    figures = {
        "about": dict(header),
        "all": whole.to_json(),
        "by_contrast": {k: s.to_json() for k, s in contrasts.items()},
        "by_level": {k: s.to_json() for k, s in levels.items()},
    }
    data = out / "evaluation.json"
    data.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return [
        report,
        data,
        _write_csv(out / "bodies.csv", [row.flat() for row in rows]),
        _write_csv(out / "cases.csv", [case.flat() for case in cases]),
    ]


def markdown(
    header: Mapping[str, Any],
    cases: Sequence[CaseRow],
    whole: Summary,
    contrasts: Mapping[str, Summary],
    levels: Mapping[str, Summary],
    plots: Sequence[str],
) -> str:
    """The report as text."""
    lines = ["# Evaluation", ""]
    lines += [f"- {key}: {value}" for key, value in header.items()]
    lines += ["", "| figure | value | of |", "|---|---|---|"]
    lines += [f"| {name} | {value} | {n} |" for name, value, n in figures(whole)]
    for title, groups in (("By contrast", contrasts), ("By level", levels)):
        if groups:
            lines += ["", f"## {title}", "", _group_header(), *(_group_row(k, s) for k, s in groups.items())]
    failed = [c for c in cases if c.error]
    if failed:
        lines += ["", "## Failed cases", "", *(f"- {_cell(c.case)}: {_cell(str(c.error))}" for c in failed)]
    missed = [c for c in cases if c.error is None and (c.found < c.bodies or c.false_bodies)]
    if missed:
        lines += ["", "## Cases with missed or false bodies", "", "| case | found | of | false |", "|---|---|---|---|"]
        lines += [f"| {_cell(c.case)} | {c.found} | {c.bodies} | {c.false_bodies} |" for c in missed]
    lines += ["", *(f"![{name}]({name})" for name in plots)]
    return "\n".join(lines).rstrip() + "\n"


def figures(s: Summary) -> list[tuple[str, str, str]]:
    """(figure, value, number it is of) of a summary, in the order of the report."""
    rows = [
        ("bodies found", *_share(s.found)),
        ("false bodies per study", _number(s.false_per_case, 3), f"{s.cases - s.failed} studies"),
        ("levels named right (sacrum in view, usual count)", *_share(s.named)),
        ("levels named right (C2 in view, sacrum not)", *_share(s.named_from_c2)),
        ("levels misnamed", *_share(s.misnamed)),
        ("levels guessed right, where not named", *_share(s.guessed)),
        ("the same, at most one level off", *_share(s.guessed_nearly)),
        ("transitional anatomy flagged", *_share(s.transitional_flagged)),
        ("body Dice, middle third of the slices", _number(s.dice, 3), ""),
        ("outline distance, mm", _number(s.surface_mm, 2), ""),
        ("bodies measured", *_share(s.measured)),
    ]
    rows += [(f"height {x}: MAE / bias / ICC", *_agreement(a, "mm", icc=True)) for x, a in s.height.items()]
    rows += [
        (f"unevenness {x}: read / reference / error of the reference", *_unevenness(u)) for x, u in s.unevenness.items()
    ]
    rows += [(f"loss {x}: MAE / bias", *_agreement(a, "points")) for x, a in s.loss.items()]
    rows += [
        (f"loss {x} read in whole bodies: mean size / mean", *_agreement(a, "points"))
        for x, a in s.healthy_loss.items()
    ]
    return [
        *rows,
        ("loss given for measured bodies", *_share(s.loss_given)),
        ("median 95 % half-width of the index loss, points", _number(s.index_half_width, 2), ""),
        ("fracture sensitivity", *_share(s.fracture_sensitivity)),
        ("fracture specificity", *_share(s.fracture_specificity)),
        ("edema sensitivity", *_share(s.edema_sensitivity)),
        ("edema specificity", *_share(s.edema_specificity)),
        ("edema unknown", *_share(s.edema_unknown)),
        ("edema fraction: MAE / bias", *_agreement(s.edema_fraction, "")),
        ("95 % intervals of heights cover", *_share(s.height_coverage)),
        ("95 % intervals of losses cover", *_share(s.loss_coverage)),
        ("the same, whole bodies: hold no loss", *_share(s.healthy_loss_coverage)),
        (f"the same, losses read as {LOST_PERCENT:.0f} % or more", *_share(s.lost_coverage)),
        ("95 % intervals of index losses cover", *_share(s.index_coverage)),
        ("same body on two series: mean height difference, mm", _number(s.between_series_mae_mm, 2), ""),
        ("seconds per study, median", _number(s.seconds_median, 2), ""),
        ("seconds, first study", _number(s.seconds_first, 2), ""),
        ("peak memory, MB", _number(s.peak_memory_mb, 0), ""),
    ]


def _group_header() -> str:
    names = (
        "",
        "found",
        "named",
        "Dice",
        "height MAE / bias mm",
        "loss a / m / p MAE",
        "index MAE",
        "specificity",
        "cover",
        "whole bodies: loss a / m / p mean",
    )
    return "| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|"


def _group_row(name: str, s: Summary) -> str:
    losses = " / ".join(_number(s.loss[x].mae, 1) for x in ("anterior", "middle", "posterior"))
    height = f"{_number(s.height['all'].mae, 2)} / {_number(s.height['all'].bias, 2)}"
    cells = (
        _cell(name),
        _share(s.found)[0],
        _share(s.named)[0],
        _number(s.dice, 3),
        height,
        losses,
        _number(s.loss["index"].mae, 1),
        _share(s.fracture_specificity)[0],
        _share(s.height_coverage)[0],
        " / ".join(_number(s.healthy_loss[x].bias, 1) for x in ("anterior", "middle", "posterior")),
    )
    return "| " + " | ".join(cells) + " |"


def _share(value: Share) -> tuple[str, str]:
    if value.value is None:
        return _DASH, "0"
    return f"{100 * value.value:.1f} %", f"{value.hits} of {value.n}"


def _agreement(a: Agreement, unit: str, *, icc: bool = False) -> tuple[str, str]:
    if not a.n:
        return _DASH, "0"
    text = f"{_number(a.mae, 2)} / {_number(a.bias, 2)}" + (f" / {_number(a.icc, 3)}" if icc else "")
    return f"{text} {unit}".strip(), str(a.n)


def _unevenness(u: Unevenness) -> tuple[str, str]:
    if u.read_mm is None:
        return _DASH, str(u.n)
    return f"{u.read_mm:.2f} / {_number(u.reference_mm, 2)} / {_number(u.reference_error_mm, 2)} mm", str(u.n)


def _number(value: float | None, digits: int) -> str:
    return _DASH if value is None else f"{value:.{digits}f}"


def _cell(text: str) -> str:
    """Text that cannot break out of its table cell."""
    return text.replace("|", "/").replace("\n", " ").replace("<", "‹")


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        if rows:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            for row in rows:
                writer.writerow({k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()})
    return path
