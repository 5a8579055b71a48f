"""Marrow of one body: normal, edema, lesions, cement, endplate change, basivertebral vein."""

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.body import Body
from vcfimg.phantom.person import Person
from vcfimg.phantom.spec import Edema, SpineSpec
from vcfimg.phantom.tissue import T

Array = NDArray[np.float32]
STIR_BRIGHT = (T.EDEMA, T.LESION)
"""Marrow classes that are bright on STIR; their share of the body is the true edema fraction."""


def edema_region(edema: Edema, body: Body, local: Array, grain: Array) -> NDArray[np.bool_]:
    """Where a body is edematous, in local coordinates; borders follow ``grain`` so that no edge is straight."""
    x, y, z = local[..., 0], local[..., 1], local[..., 2]
    top = body.plate(x, y, top=True, rough=False)
    bottom = body.plate(x, y, top=False, rough=False)
    zeta = (z - bottom) / np.maximum(top - bottom, 1.0) + 0.06 * grain
    depth = 0.5 + y / body.depth + 0.06 * grain
    if edema.pattern == "band":
        return np.asarray(zeta > 1 - edema.extent)
    if edema.pattern == "inferior_band":
        return np.asarray(zeta < edema.extent)
    if edema.pattern == "partial":
        return np.asarray(depth < edema.extent)
    return np.asarray(np.hypot((zeta - 0.5) * 1.2, (depth - 0.5) * 1.1) < 0.35 + 0.65 * edema.extent)


def marrow_classes(spec: SpineSpec, body: Body, local: Array, grain: Array) -> NDArray[np.uint8]:
    """Tissue class of marrow points of one body (no cortex)."""
    sacral = body.level.startswith("S")
    out = np.full(local.shape[:-1], T.SACRAL_MARROW if sacral else T.MARROW, np.uint8)
    x, y, z = local[..., 0], local[..., 1], local[..., 2]
    if spec.diffuse_marrow:
        out[grain > -1.6] = T.LESION
        return out
    if sacral:
        return out
    half = np.array([body.width / 2, body.depth / 2, 0.5 * body.heights[1]])
    vein = (
        (np.abs(x) < 5)
        & (y > body.depth * 0.12)
        & (np.abs(z) < 0.8 + 1.6 * np.clip(y / body.depth, 0, 0.5) + 0.3 * grain)
    )
    out[vein] = T.BASIVERTEBRAL
    change = spec.modic.get(body.level)
    if change:
        bottom = body.plate(x, y, top=False, rough=False)
        out[(z - bottom < 5 + 2 * grain) & (y < 0.25 * body.depth)] = T.EDEMA if change == 1 else T.MODIC_FATTY
    fracture = spec.fractures.get(body.level)
    if fracture and body.level not in spec.edema and fracture.loss_percent > 20:
        top = body.plate(x, y, top=True, rough=False)
        out[(top - z < 3 + 1.5 * grain) & (grain > -0.8)] = T.OLD_FRACTURE
    edema = spec.edema.get(body.level)
    if edema:
        out[edema_region(edema, body, local, grain)] = T.EDEMA
        if fracture and fracture.loss_percent > 12:
            top = body.plate(x, y, top=True, rough=False)
            out[np.abs(top - z - 3.5 - 0.7 * grain) < 0.7] = T.SCLEROSIS
    for lesion in spec.lesions.get(body.level, ()):
        r = np.linalg.norm(local - np.array(lesion.offset) * half, axis=-1) + 1.2 * grain
        out[r < lesion.radius_mm] = {"lesion": T.LESION, "fatty": T.FATTY_MARROW, "sclerotic": T.SCLEROSIS}[
            lesion.tissue
        ]
    if body.level in spec.cement:
        for side in (-0.35, 0.35):
            at = np.array([side * body.width / 2, -1.0, 0.0])
            r = np.linalg.norm((local - at) / np.array([1.0, 1.1, 0.8]), axis=-1) + 1.5 * grain
            out[r < 0.3 * min(body.heights[1], body.depth)] = T.CEMENT
    return out


def paint_marrow(person: Person, body: Body, local: Array, inside: NDArray[np.bool_], view: NDArray[np.uint8]) -> None:
    """Paint the marrow of ``body`` where ``inside``."""
    grain = person.grain(local[inside] + np.asarray(body.center, np.float32))
    view[inside] = marrow_classes(person.spine.spec, body, local[inside], grain)
