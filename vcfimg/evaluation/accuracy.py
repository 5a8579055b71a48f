"""Accuracy of the image pipeline against masks or exact truth: what ``vcfimg evaluate`` runs."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vcfimg.errors import LoadError, VcfimgError
from vcfimg.evaluation.accuracy_summary import Summary, summarise
from vcfimg.evaluation.accuracy_tables import write_tables
from vcfimg.evaluation.dicom_seg import find_segs
from vcfimg.evaluation.evaluation_case import CaseSource
from vcfimg.evaluation.nifti_pairs import find_pairs
from vcfimg.evaluation.peak_memory import peak_memory_mb
from vcfimg.evaluation.phantom_cases import TRUTH_FILE, find_phantoms, seed_sources
from vcfimg.evaluation.plots import write_plots
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.evaluation.score import score
from vcfimg.evaluation.spider_cases import find_spider
from vcfimg.evaluation.timed_run import Outcome, Pipeline, run_pipeline
from vcfimg.imaging.segmentation import SegmenterInfo
from vcfimg.policy import Policy

_PHANTOM = re.compile(r"^phantom:(\d+)(?::(\d+))?$")


@dataclass(frozen=True)
class Evaluation:
    """Rows, figures and the files written."""

    cases: tuple[CaseRow, ...]
    rows: tuple[BodyRow, ...]
    summary: Summary
    files: tuple[Path, ...]


def find_cases(dataset: str | Path, *, healthy: bool = False) -> Sequence[CaseSource]:
    """The cases of a data set.

    Parameters
    ----------
    dataset
        A folder in one of the known layouts: phantom studies with ``truth.json``; ``NAME_img.*`` beside ``NAME_seg.*``;
        SPIDER's ``images`` and ``masks``; DICOM studies with DICOM SEG. Or ``phantom:COUNT[:FIRST_SEED]``: that many
        synthetic studies, painted as they are needed.
    healthy
        Every person is known to have no fracture (image and mask pairs only).

    Raises
    ------
    LoadError
        ``dataset_missing`` or ``dataset_unknown``.
    """
    drawn = _PHANTOM.match(str(dataset))
    if drawn:
        count, first = drawn.groups()
        return seed_sources(int(count)) if first is None else seed_sources(int(count), int(first))
    folder = Path(dataset)
    if not folder.is_dir():
        raise LoadError("dataset_missing", f"{folder}: not a folder")
    if next(folder.rglob(TRUTH_FILE), None) is not None:
        return find_phantoms(folder)
    found: Sequence[CaseSource] = find_pairs(folder, healthy=healthy) or find_spider(folder) or find_segs(folder)
    if not found:
        raise LoadError(
            "dataset_unknown", f"{folder}: no image and mask pairs, SPIDER layout, DICOM SEG or phantom truth found"
        )
    return found


def evaluate(
    dataset: str | Path | Sequence[CaseSource],
    out_dir: str | Path,
    *,
    policy: Policy,
    segmenter: str | None = None,
    healthy: bool = False,
    workers: int = 1,
    limit: int | None = None,
    plots: bool = True,
    pipeline: Pipeline | None = None,
    on_case: Callable[[CaseRow], None] | None = None,
) -> Evaluation:
    """Run the image pipeline over a data set and write tables and plots.

    Parameters
    ----------
    dataset
        As in :func:`find_cases`, or the cases themselves.
    out_dir
        Gets ``report.md``, ``evaluation.json``, ``bodies.csv``, ``cases.csv`` and plots.
    workers
        Processes; times are only meaningful with 1.
    limit
        Only the first cases.
    plots
        Draw the plots (needs matplotlib; left out where it is missing).
    pipeline
        What is evaluated; None = segment, measure and derive of this installation.
    on_case
        Called after each case, for a progress bar.

    Raises
    ------
    LoadError
        When the data set cannot be found; a case that fails is a row with its error, not an exception.
    """
    sources = find_cases(dataset, healthy=healthy) if isinstance(dataset, str | Path) else dataset
    run: Pipeline = pipeline or partial(run_pipeline, segmenter=segmenter)
    cases: list[CaseRow] = []
    rows: list[BodyRow] = []
    segmenters: set[SegmenterInfo] = set()
    for case, bodies, info in _results(list(sources)[:limit], run, policy, workers):
        cases.append(case)
        rows += bodies
        if info is not None:
            segmenters.add(info)
        if on_case is not None:
            on_case(case)
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    summary = summarise(cases, rows)
    drawn = write_plots(out, rows) if plots else []
    name = str(dataset) if isinstance(dataset, str) and _PHANTOM.match(dataset) else _name(dataset)
    header = _header(name, policy, sorted(segmenters, key=lambda s: s.name), workers)
    files = write_tables(out, header, cases, rows, summary, drawn)
    return Evaluation(tuple(cases), tuple(rows), summary, (*files, *(out / p for p in drawn)))


_Result = tuple[CaseRow, list[BodyRow], SegmenterInfo | None]


def _results(sources: Sequence[CaseSource], run: Pipeline, policy: Policy, workers: int) -> Iterator[_Result]:
    one = partial(_evaluate_case, run=run, policy=policy)
    if workers <= 1:
        yield from map(one, sources)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(one, sources)


def _evaluate_case(source: CaseSource, run: Pipeline, policy: Policy) -> _Result:
    contrast = "unknown"
    try:
        case = source.load(policy)
        contrast = case.contrast
        outcome: Outcome = run(case.volumes, policy)
        summary, rows = score(case, outcome, policy.measurement, peak_memory_mb())
    except (VcfimgError, ValueError, OSError, ArithmeticError, LookupError) as error:
        code = error.code if isinstance(error, VcfimgError) else type(error).__name__
        return CaseRow(source.name, contrast, error=f"{code}: {error}"), [], None
    return summary, rows, outcome.segmentation.provenance


def _name(dataset: str | Path | Iterable[CaseSource]) -> str:
    return Path(dataset).resolve().name if isinstance(dataset, str | Path) else "given cases"


def _header(name: str, policy: Policy, segmenters: Sequence[SegmenterInfo], workers: int) -> dict[str, Any]:
    try:
        installed = version("vcfimg")
    except PackageNotFoundError:
        installed = "unknown"
    return {
        "data set": name,
        "date": datetime.date.today().isoformat(),
        "vcfimg": installed,
        "segmenter": ", ".join(f"{s.name} {s.version}" for s in segmenters) or "none ran",
        "weights sha256": ", ".join(s.sha256 or "no weights" for s in segmenters) or "none",
        "policy": f"{policy.name} {policy.version}, sha256 {policy.sha256}",
        "processes": workers,
    }
