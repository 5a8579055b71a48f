"""A folder looked at without reading a pixel: its studies, their series and the choice among them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.sources.skipped_files import skipped_rows
from vcfimg.loaders import inspect_study, scan
from vcfimg.loaders.study import Study
from vcfimg.policy import Policy
from vcfimg.reports import study_folder_name
from vcfimg.reports.pictures.series_sheet import thumbnail_sheet
from vcfimg.roles import Role


def inspect_paths(
    paths: Sequence[Path], policy: Policy, *, site_words: Path | None = None, sheets: Path | None = None
) -> dict[str, Any]:
    """``{"studies": [...], "skipped_files": {reason: number}, "skipped": [{input, path, reason}]}`` of what lies below.

    ``site_words`` is a file of a site's own series names. With ``sheets``, a picture sheet ``<study UID>.svg`` of every
    study is written into that folder.
    """
    found = scan(paths, site_words=site_words)
    if sheets is not None:
        write_sheets(found.studies, sheets, policy)
    studies = [inspect_study(study, policy=policy) for study in found.studies]
    skipped = [row._asdict() for row in skipped_rows(found.skipped, paths)]
    return {"studies": studies, "skipped_files": found.counts(), "skipped": skipped}


def write_sheets(studies: Sequence[Study], folder: Path, policy: Policy) -> None:
    """Draw the middle slice of every series, one SVG file per study; reads those pixels and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    for study in studies:
        name = study_folder_name(study.study_instance_uid)
        (folder / f"{name}.svg").write_text(thumbnail_sheet(study, policy=policy), "utf-8")


def inspection_text(found: dict[str, Any]) -> str:
    """The same as lines for a terminal."""
    lines: list[str] = []
    for study in found["studies"]:
        lines.append(f"Study {study['study_instance_uid']}  {study['study_date'] or 'no date'}")
        if study["failure"]:
            lines.append(f"  cannot be used: {study['failure']['message']} [{study['failure']['code']}]")
        lines += [f"  note: {warning['text']}" for warning in study["warnings"]]
        for series in study["series"]:
            lines += _series_lines(series)
        lines.append("")
    skipped = found["skipped_files"]
    if skipped:
        lines.append("Skipped: " + ", ".join(f"{number} {reason}" for reason, number in skipped.items()))
    if not found["studies"]:
        lines.append("No MR study here.")
    return "\n".join("".join(char if char.isprintable() else "?" for char in line) for line in lines).rstrip()


def _series_lines(series: dict[str, Any]) -> list[str]:
    mark = "+" if series["used"] else "-"
    plane = series["plane"] or "no plane"
    tilt = f" {series['obliquity_deg']:.0f} deg" if series["obliquity_deg"] else ""
    stack = f"#{series['stack']}" if series["stack"] else ""
    sure = f", confidence {series['confidence']:.2f}" if series["confidence"] is not None else ""
    use = f"used for {', '.join(series['used_for'])}" if series["used"] else "not used"
    lines = [
        f"  {mark} {Role(series['role']).heading:<11} {plane}{tilt}, {series['instances'] or '?'} images{sure}"
        f'  "{series["description"] or ""}"',
        f"      {series['series_instance_uid']}{stack}",
        f"      {use}: {series['reason']}",
    ]
    if series["conflict"]:
        lines.append(f"      conflict: {series['conflict']}")
    lines += [f"      evidence: {one}" for one in series["evidence"]]
    return lines
