"""Accuracy on real volumes that were made harder: ``python -m pipelines.stress_real FOLDER_OF_IMAGE_AND_MASK_PAIRS``.

Healthy volunteers under good conditions say little about ill spines and routine examinations. Every volume is therefore
read again with thick slices, with bodies that are dark or bright as metastases and edema make them, with noise, with a
steep coil, with collapsed bodies, as small as a thoracic or cervical spine, and cut within L5 or within S1, where the
count from the sacrum is in danger.
"""

import argparse
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from pipelines.collapse import Collapse, blank_rows, collapse_field, random_collapse, shown
from vcfimg.evaluation.case import Case, CaseSource, TrueBody
from vcfimg.evaluation.evaluate import find_cases
from vcfimg.evaluation.rows import BodyRow, CaseRow
from vcfimg.evaluation.run import run_pipeline
from vcfimg.evaluation.score import score
from vcfimg.evaluation.summary import summarise
from vcfimg.evaluation.traced_heights import traced_heights
from vcfimg.imaging.heights import POSITIONS, Position, at, for_each
from vcfimg.imaging.raw import Heights
from vcfimg.policy import load_policy

THICK_MM: Final = 4.0
FALL_OFF_MM: Final = 60.0
NOISE: Final = 0.08
"""SD of the noise, relative to the bright end of the image."""
S1_SHOWN_MM: Final = 22.0
"""Below the lowest pixel of L5, the disc included."""


def thick_slices(case: Case, rng: np.random.Generator) -> Case:
    """Slices averaged to 4 mm; of the mask every middle one is kept."""
    volume = case.volumes[0]
    n = max(1, round(THICK_MM / float(volume.spacing[2])))
    whole = volume.shape[0] // n
    array = volume.array[: whole * n].reshape(whole, n, *volume.shape[1:]).mean(1, dtype=np.float32)
    affine = volume.affine.copy()
    affine[:3, 3] += affine[:3, 2] * (n - 1) / 2
    affine[:3, 2] *= n
    masks = {key: mask[n // 2 : whole * n : n] for key, mask in case.masks.items()}
    return replace(case, volumes=(replace(volume, array=array, affine=affine, sop_instance_uids=()),), masks=masks)


def _bodies_times(factor: float, case: Case, rng: np.random.Generator) -> Case:
    mask = case.masks[case.volumes[0].key]
    chosen = rng.permutation([b.label for b in case.bodies])[: max(1, len(case.bodies) // 3)]
    marrow = gaussian_filter(np.isin(mask, chosen).astype(np.float32), (0, 0.8, 0.8))
    return _altered(case, lambda image: image * np.exp(np.log(factor) * marrow))


def noisy(case: Case, rng: np.random.Generator) -> Case:
    """Rician noise of 8 percent."""
    sd = NOISE * float(np.percentile(case.volumes[0].array, 98))
    a, b = rng.normal(0, sd, (2, *case.volumes[0].shape)).astype(np.float32)
    return _altered(case, lambda image: np.hypot(image + a, b))


def steep_coil(case: Case, rng: np.random.Generator) -> Case:
    """Signal that falls off to the front, to 1/e within 60 mm."""
    volume = case.volumes[0]
    front = np.arange(volume.shape[2]) * float(volume.spacing[0]) / FALL_OFF_MM
    backward = 1 if volume.affine[1, 0] > 0 else -1
    fall = np.exp(backward * (front - front.mean())).astype(np.float32)
    return _altered(case, lambda image: image * fall)


def collapsed(case: Case, rng: np.random.Generator) -> Case:
    """A third of the bodies collapsed by 25 to 65 percent."""
    volume = case.volumes[0]
    key, image, mask = volume.key, volume.array, np.asarray(case.masks[volume.key])
    column_mm, row_mm, slice_mm = (float(s) for s in volume.spacing)
    chosen = rng.permutation([b.label for b in case.bodies])[: max(1, len(case.bodies) // 3)].tolist()
    lost = {label: random_collapse(rng) for label in chosen}
    blank = 0
    for label in chosen:
        field = collapse_field(mask, label, lost[label], row_mm)
        image, mask = shown(image, field, order=3), shown(mask, field, order=0, outside=0)
        blank += blank_rows(field)
    affine = volume.affine.copy()
    affine[:3, 3] += blank * affine[:3, 1]
    mask = mask[:, blank:]
    moved = replace(volume, array=np.ascontiguousarray(image[:, blank:]), affine=affine)
    bodies = []
    for body in case.bodies:
        own = mask == body.label
        if not own.any():
            continue
        x, y, z = (float(c) for c in moved.to_lps(np.argwhere(own).mean(axis=0)[::-1]))
        loss = _loss_percent(lost[body.label]) if body.label in lost else for_each(lambda _: 0.0)
        heights = traced_heights(own, (column_mm, row_mm, slice_mm))
        whole = body.complete and not own[:, 0].any()
        bodies.append(replace(body, center_mm=(x, y, z), height_mm=heights, loss_percent=loss, complete=whole))
    return replace(case, volumes=(moved,), masks={key: mask}, bodies=tuple(bodies), healthy=False)


def _loss_percent(lost: Collapse) -> Heights:
    """Loss where heights are read: 5 % of the depth inside the walls, and in the middle."""
    at_corners = 100 * lost.across(np.array([0.05, 0.5, 0.95]))
    return Heights(**dict(zip(POSITIONS, at_corners.tolist(), strict=True)))


def _sized(factor: float, case: Case, rng: np.random.Generator) -> Case:
    """Everything is this much smaller: no cervical or thoracic scan is at hand, but real texture of their size is."""
    volume = case.volumes[0]
    affine = np.diag([factor, factor, factor, 1.0]) @ volume.affine
    bodies = tuple(_smaller(body, factor) for body in case.bodies)
    return replace(case, volumes=(replace(volume, affine=affine),), bodies=bodies)


def _smaller(body: TrueBody, factor: float) -> TrueBody:
    def scaled(x: Position) -> float | None:
        height = at(body.height_mm, x)
        return None if height is None else factor * height

    a, b, c = body.center_mm
    return replace(body, center_mm=(factor * a, factor * b, factor * c), height_mm=for_each(scaled))


def _cut(shown: float, case: Case, rng: np.random.Generator) -> Case:
    """The image ends where this share of L5 is shown, or :data:`S1_SHOWN_MM` below it when the whole of it is."""
    volume = case.volumes[0]
    lowest = case.bodies[-1]
    rows = np.flatnonzero((case.masks[volume.key] == lowest.label).any((0, 2)))
    whole = shown >= 1
    last = round(rows[0] + shown * (rows[-1] - rows[0]) + whole * S1_SHOWN_MM / float(volume.spacing[1]))
    return replace(
        case,
        volumes=(replace(volume, array=np.ascontiguousarray(volume.array[:, :last])),),
        masks={key: mask[:, :last] for key, mask in case.masks.items()},
        bodies=(*case.bodies[:-1], replace(lowest, complete=whole)),
        sacrum_in_view=whole,
    )


def _altered(case: Case, change: Callable[[NDArray[np.float32]], NDArray[np.floating]]) -> Case:
    volume = case.volumes[0]
    return replace(case, volumes=(replace(volume, array=np.asarray(change(volume.array), np.float32)),))


AS_THEY_ARE: Final = "as they are"
COLLAPSED: Final = "a third of the bodies collapsed"
SIZES: Final = {"thoracic size (x 0.7)": 0.7, "cervical size (x 0.5)": 0.5}
Reading = tuple[str, CaseRow, list[BodyRow]]
"""Name of the alteration, and what was read under it."""
Alteration = Callable[[Case, np.random.Generator], Case]
ALTERATIONS: Final[dict[str, Alteration]] = {
    AS_THEY_ARE: lambda case, rng: case,
    "4 mm slices": thick_slices,
    "a third of the bodies dark (x 0.4)": partial(_bodies_times, 0.4),
    "a third of the bodies bright (x 2.5)": partial(_bodies_times, 2.5),
    "noise of 8 %": noisy,
    "steep coil": steep_coil,
    COLLAPSED: collapsed,
    **{name: partial(_sized, factor) for name, factor in SIZES.items()},
    "cut through the middle of L5": partial(_cut, 0.5),
    "cut through the lower third of L5": partial(_cut, 0.7),
    "cut through S1": partial(_cut, 1.0),
}


def read_altered(source: CaseSource) -> list[Reading]:
    """Rows of one volume under every alteration."""
    policy = load_policy()
    case = source.load()
    out = []
    for name, alter in ALTERATIONS.items():
        altered = alter(case, np.random.default_rng([zlib.crc32(case.name.encode()), zlib.crc32(name.encode())]))
        out.append((name, *score(altered, run_pipeline(altered.volumes, policy), policy.measurement, 0.0)))
    return out


def moved_mm(results: Sequence[Reading], name: str) -> float | None:
    """Mean absolute difference of the heights of a body from those read on the volume as it is: no tracing is asked.

    None where the bodies were made smaller.
    """
    if name in {COLLAPSED, *SIZES}:
        return None
    plain = {(r.case, r.level): r.height_mm for n, _, rows in results if n == AS_THEY_ARE for r in rows if r.measured}
    differences = [
        abs(now - before)
        for n, _, rows in results
        if n == name
        for r in rows
        if r.measured and (r.case, r.level) in plain
        for x in POSITIONS
        if (now := at(r.height_mm, x)) is not None and (before := at(plain[r.case, r.level], x)) is not None
    ]
    return float(np.mean(differences)) if differences else None


def table(results: Sequence[Reading]) -> str:
    """One line per alteration."""
    lines = [
        "| images | bodies found | false per volume | names right / wrong / none | Dice | height error / bias, mm | "
        "heights moved by, mm |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in ALTERATIONS:
        cases = [case for n, case, _ in results if n == name]
        rows = [row for n, _, body_rows in results if n == name for row in body_rows]
        s = summarise(cases, rows)
        found = [r for r in rows if r.found]
        right = sum(r.named == r.level for r in found)
        wrong = sum(r.named not in {None, r.level} for r in found)
        heights, moved = s.height["all"], moved_mm(results, name)
        lines.append(
            f"| {name} | {s.found.hits} of {s.found.n} | {s.false_bodies / len(cases):.2f} | "
            f"{right} / {wrong} / {len(found) - right - wrong} | {s.dice or 0:.3f} | "
            f"{heights.mae or 0:.2f} / {heights.bias or 0:+.2f} | {'–' if moved is None else f'{moved:.2f}'} |"
        )
    return "\n".join(lines)


def fractures(results: Sequence[Reading]) -> str:
    """What is said of the bodies that were collapsed and of those beside them."""
    rows = [row for n, _, body_rows in results if n == COLLAPSED for row in body_rows]
    s = summarise([case for n, case, _ in results if n == COLLAPSED], rows)
    found, none = s.fracture_sensitivity, s.fracture_specificity
    errors = ", ".join(f"{x} {s.loss[x].mae or 0:.1f} / {s.loss[x].bias or 0:+.1f}" for x in (*POSITIONS, "index"))
    return (
        f"Collapsed bodies: fractures of 20 % and more found {found.hits} of {found.n}, none seen in {none.hits} of "
        f"{none.n} others; loss error / bias, points: "
        f"{errors}; intervals of losses cover {s.loss_coverage.hits} of {s.loss_coverage.n}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Read all volumes and print the table."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.stress_real", description=__doc__)
    parser.add_argument("folder", type=Path, help="image and mask pairs that vcfimg evaluate reads")
    parser.add_argument("--every", type=int, default=1, help="take every n-th volume only")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    sources = list(find_cases(options.folder, healthy=True))[:: options.every]
    with ProcessPoolExecutor(options.workers) as pool:
        results = [row for rows in pool.map(read_altered, sources) for row in rows]
    print(table(results))
    print(fractures(results))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
