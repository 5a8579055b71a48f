"""What the viewer of a study page is given: the slices that were kept, and what today's result says of each body."""

import base64
from collections.abc import Sequence
from typing import Any, Final

from vcfimg.imaging.measurement import VertebraMeasurement
from vcfimg.reports.pages.verdict import Verdict
from vcfimg.reports.pictures.drawing import loss_words, read_aloud
from vcfimg.reports.pictures.slice_stack import SliceStack
from vcfimg.reports.wording.vertebra_names import collapse_words, vertebra_flag, vertebra_name
from vcfimg.result import ScreeningResult
from vcfimg.roles import Role, display_rank

OVERLAYS: Final = (
    ("outlines", "Outlines"),
    ("points", "Six points"),
    ("loss", "Loss"),
    ("edema", "Edema"),
    ("names", "Names"),
)
"""What can be drawn over the images: key and label."""


def viewer_data(
    result: ScreeningResult, stacks: Sequence[SliceStack], found: Sequence[Verdict]
) -> dict[str, Any] | None:
    """JSON for ``viewer.js``; None where no slices were kept.

    Lengths are LPS millimetres in the frame of the reference series. ``panels`` hold the stacks of one contrast each,
    stations from the head.
    """
    sagittal = sorted(
        (stack for stack in stacks if stack.plane == "sagittal"),
        key=lambda stack: (display_rank(stack.role), stack.station, stack.series_key),
    )
    if not sagittal:
        return None
    roles = list(dict.fromkeys(stack.role for stack in sagittal))
    axial = [stack for stack in stacks if stack.plane == "axial"]
    panels = [_panel(role, [stack for stack in sagittal if stack.role is role], "sagittal") for role in roles]
    if axial:
        panels.append(_panel(axial[0].role, axial, "axial"))
    flagged = [verdict.recommendation.vertebra_id for verdict in found]
    return {
        "panels": panels,
        "bodies": [_body(vertebra) for vertebra in sorted(result.vertebrae, key=lambda one: one.order)],
        "levels": [identity for identity in flagged if identity is not None],
    }


def picture_notes(stacks: Sequence[SliceStack]) -> tuple[str, ...]:
    """How the pictures differ from the images, each once."""
    notes = []
    for stack in stacks:
        name = _title(stack.role, stack.plane)
        if not stack.exact:
            pixels = f", {stack.averaged} × {stack.averaged} pixels averaged" if stack.averaged > 1 else ""
            notes.append(f"{name}: grey values rounded to {stack.steps} steps{pixels}.")
        if len(stack.slices) < stack.slice_count:
            notes.append(f"{name}: {len(stack.slices)} of {stack.slice_count} slices pass through the spine.")
    return tuple(dict.fromkeys(notes))


def _title(role: Role, plane: str) -> str:
    return f"Axial {role.label}" if plane == "axial" else role.heading


def _panel(role: Role, stacks: Sequence[SliceStack], plane: str) -> dict[str, Any]:
    return {"title": _title(role, plane), "plane": plane, "stacks": [_stack(stack) for stack in stacks]}


def _stack(stack: SliceStack) -> dict[str, Any]:
    return {
        "rows": stack.rows,
        "columns": stack.columns,
        "affine": stack.affine,
        "steps": stack.steps,
        "exact": stack.exact,
        "window": stack.window,
        "numbers": stack.numbers,
        "of": stack.slice_count,
        "slices": [base64.b64encode(data).decode("ascii") for data in stack.slices],
        "bodies": [
            {
                "id": body.vertebra_id,
                "outlines": {
                    str(one.slice): [[value for point in polygon for value in point] for polygon in one.polygons]
                    for one in body.outlines
                },
                "points": [value for point in body.points for value in point],
                "at": body.points_slice,
            }
            for body in stack.bodies
        ],
    }


def _body(vertebra: VertebraMeasurement) -> dict[str, Any]:
    collapse, stir = collapse_words(vertebra), vertebra.stir
    share = "" if stir.edema_fraction is None else f" {100 * stir.edema_fraction:.0f} %"
    return {
        "id": vertebra.id,
        "name": vertebra_name(vertebra),
        "flag": vertebra_flag(vertebra),
        "loss": {"collapsed": f"▼ {loss_words(vertebra)}", "no collapse": ""}.get(collapse, collapse),
        "edema": f"edema{share}" if stir.edema else "",
        "aloud": read_aloud(vertebra),
        "center": vertebra.center_mm,
    }
