"""Screening results put together by hand: a fracture with all facts, healthy, failed, without STIR, hostile text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vcfimg.base import Note
from vcfimg.geometry import Geometry
from vcfimg.imaging.measurement import (
    Canal,
    Genant,
    Kyphosis,
    LevelReport,
    LossPercent,
    Quality,
    SeriesReading,
    SpineMeasurement,
    SpineReport,
    StirFinding,
    T1Finding,
    VertebraMeasurement,
    WallFinding,
)
from vcfimg.imaging.raw import Heights, SixPoints
from vcfimg.imaging.segmentation import LabelMap, Segmentation, SegmenterInfo
from vcfimg.loaders.study_info import SeriesInfo, StudyInfo
from vcfimg.loaders.volume import Volume
from vcfimg.policy.policy_info import PolicyInfo
from vcfimg.recommendation.advice.priority import unscreened_priority
from vcfimg.recommendation.recommendation import (
    DecidedEdema,
    DecidedLoss,
    ForAgainst,
    Origin,
    Plan,
    Preference,
    Priority,
    Recommendation,
    Session,
    Sins,
    Status,
    TraceStep,
)
from vcfimg.reports import DISCLAIMER, study_folder_name, write
from vcfimg.reports.pictures.figure import Figure
from vcfimg.reports.pictures.figure_store import store_figures
from vcfimg.result import Failure, Provenance, ScreeningResult
from vcfimg.series_id import SeriesId

SEGMENTER = SegmenterInfo(name="embedded", version="1", sha256="ab" * 32)
T2, STIR, T1 = "1.2.826.1.2", "1.2.826.1.3", "1.2.826.1.4"
LEVELS = ("T11", "T12", "L1", "L2")
SPACING_MM = 34.0
"""Distance between neighbouring body centres of the example spine."""


def provenance(**changes: Any) -> Provenance:
    values: dict[str, Any] = {
        "version": "0.1.0",
        "policy": PolicyInfo(name="default", version="1.0", sha256="cd" * 32),
        "segmenter": SEGMENTER,
        "inputs_sha256": "ef" * 32,
        "as_of": "2026-01-10",
        "started": "2026-01-10T08:00:00+00:00",
        "seconds": 4.2,
    }
    return Provenance(**(values | changes))


def six_points(center: tuple[float, float, float], heights: Heights, depth: float = 32.0) -> SixPoints:
    """Points of a body with flat lower endplate; anterior is -y, up is +z (LPS)."""
    x, y, z = center
    lower = z - 12.0
    places = {"anterior": y - depth / 2, "middle": y, "posterior": y + depth / 2}
    points: dict[str, tuple[float, float, float]] = {}
    for name, where in places.items():
        height = getattr(heights, name) or 24.0
        points[f"{name}_superior"] = (x, where, lower + height)
        points[f"{name}_inferior"] = (x, where, lower)
    return SixPoints(**points)


def vertebra(order: int, level: str | None, *, loss: float = 2.0, edema: bool | None = False, **changes: Any) -> Any:
    """A measured vertebra whose anterior height is reduced by ``loss`` percent."""
    expected = Heights(anterior=24.0, middle=23.5, posterior=25.0)
    heights = Heights(anterior=24.0 * (1 - loss / 100), middle=23.5 * (1 - loss / 150), posterior=24.8)
    center = (3.0, 10.0, -SPACING_MM * order)
    fraction = None if edema is None else 0.46 if edema else 0.01
    values: dict[str, Any] = {
        "id": order,
        "order": order,
        "level": level,
        "center_mm": center,
        "points_mm": six_points(center, heights),
        "measured_on": SeriesId(series_instance_uid=T2),
        "by_series": (SeriesReading(series_instance_uid=T2, height_mm=heights),),
        "height_mm": heights,
        "expected_height_mm": expected,
        "height_uncertainty_mm": Heights(anterior=0.9, middle=0.8, posterior=0.9),
        "loss_percent": LossPercent(anterior=loss, middle=loss / 1.5, posterior=0.8, index=loss),
        "loss_uncertainty": 6.0,
        "loss_uncertainty_by_position": Heights(anterior=6.0, middle=5.5, posterior=5.0),
        "genant": Genant(grade=3 if loss > 40 else 0, type="wedge" if loss > 40 else None),
        "wedge_angle_deg": 14.2 if loss > 40 else 2.1,
        "stir": StirFinding(
            ratio_to_normal=2.4 if edema else 1.02,
            ratio_to_csf=0.5,
            edema_fraction=fraction,
            pattern="band" if edema else "none",
            edema=edema,
        ),
        "t1": T1Finding(ratio_to_disc=0.9, ratio_to_muscle=1.1, dark_marrow=edema),
        "wall": WallFinding(retropulsion_mm=0.6, convex=False, bulge_mm=-0.2, canal_narrowing_percent=4.0),
        "quality": Quality(measured=True),
    }
    return VertebraMeasurement(**(values | changes))


def trace() -> tuple[TraceStep, ...]:
    """Two steps as the engine writes them."""
    return (
        TraceStep(
            rule="G6.vas",
            gate="G6",
            answer=True,
            inputs={"pain_vas": {"value": 8, "from": "file"}},
            outcome="true",
            source="paper, statement 1",
            kind="paper",
        ),
        TraceStep(
            rule="preference.collapse",
            inputs={
                "loss_percent": {"value": 48.0, "from": "image"},
                "loss_uncertainty": {"value": 6.0, "from": "image"},
            },
            outcome="significant collapse",
            source="design",
            kind="design",
        ),
    )


def findings(
    *,
    loss: float | None = 48.0,
    spread: float = 6.0,
    loss_from: Origin = "image",
    reader: bool | None = None,
    image: bool | None = True,
) -> dict[str, Any]:
    """Loss and edema of a recommendation; ``reader`` and ``image`` are what each says about edema."""
    return {
        "loss": DecidedLoss() if loss is None else DecidedLoss(percent=loss, uncertainty=spread, origin=loss_from),
        "edema": DecidedEdema(
            answer=reader if reader is not None else (image or None),
            reader=reader,
            image=image,
            fraction={True: 0.46, False: 0.01, None: None}[image],
            origin="reader" if reader is not None else "unknown" if image is None else "image",
            remarks=("the image shows none, which a reader must confirm",) if reader is None and image is False else (),
        ),
    }


def recommendation(**changes: Any) -> Recommendation:
    """T12, collapsed and edematous, every fact known."""
    values: dict[str, Any] = {
        "vertebra_id": 2,
        "level": "T12",
        "status": Status.CANDIDATE,
        "preference": Preference.BKP_FAVOURED,
        "borderline": (),
        "missing": (),
        "sins": Sins(
            min=10,
            max=10,
            items={"location": 3, "pain": 3, "bone_quality": 2, "alignment": 0, "collapse": 2, "posterolateral": 0},
        ),
        "escc": "0",
        "genant": Genant(grade=3, type="wedge"),
        "biopsy": "routine",
        "consults": (Note(code="radiation_oncology", text="Radiation oncology: to be discussed individually."),),
        "alerts": (),
        "conditions": (
            Note(code="operator", text="An operator able to decompress at once, or a spine surgeon available."),
            Note(code="confirm_level", text="Confirm the level before the procedure."),
        ),
        "notes": (Note(code="fracture_age", text="The age of the fracture does not exclude augmentation."),),
        "for_against": ForAgainst(
            bkp=("Significant collapse (48 %).", "Thoracolumbar junction."),
            vp=("Costs less.",),
            bkp_against=("Costs more.",),
            vp_against=("More cement leakage.",),
        ),
        "trace": trace(),
        **findings(),
    }
    return Recommendation(**(values | changes))


def priority(name: str = "soon", score: float = 61.0, *reasons: str) -> Priority:
    fhir = {"emergency": "stat", "urgent": "asap", "soon": "urgent"}.get(name, "routine")
    dicom = {"emergency": "STAT", "urgent": "HIGH", "soon": "MEDIUM"}.get(name, "LOW")
    values: Any = {"class": name, "score": score, "reasons": reasons, "fhir": fhir, "dicom": dicom}
    return Priority(**values)


def series() -> tuple[SeriesInfo, ...]:
    return (
        SeriesInfo(
            series_instance_uid=T2,
            role="t2",
            used=True,
            used_for=("heights",),
            reason="Best sagittal T2.",
            plane="sagittal",
            obliquity_deg=3.0,
            evidence=("TR 3500", "TE 100"),
            confidence=0.95,
            description="t2_tse_sag",
            instances=11,
        ),
        SeriesInfo(
            series_instance_uid=STIR,
            role="stir",
            used=True,
            used_for=("edema",),
            reason="Best sagittal STIR.",
            plane="sagittal",
            description="Sag STIR",
            instances=11,
        ),
        SeriesInfo(
            series_instance_uid="1.2.826.1.9",
            role="t2",
            used=False,
            reason="Axial, not sagittal.",
            code="not_sagittal",
            plane="axial",
            description="t2 ax",
            instances=17,
        ),
    )


def result(**changes: Any) -> ScreeningResult:
    """One study; the default is T12 collapsed and edematous with full inputs."""
    values: dict[str, Any] = {
        "status": "ok",
        "study": StudyInfo(
            study_instance_uid="1.2.826.1.1",
            patient_id="PAT-0042",
            accession_number="ACC-7",
            study_date="2026-01-05",
        ),
        "frame_of_reference_uid": "1.2.826.1.5",
        "series": series(),
        "skipped_files": {"not_dicom": 1},
        "levels": LevelReport(counted_from="sacrum"),
        "vertebrae": tuple(
            vertebra(i, name, loss=48.0 if name == "T12" else 2.0 * i, edema=name == "T12")
            for i, name in enumerate(LEVELS, start=1)
        ),
        "spine": SpineReport(
            kyphosis=(Kyphosis(**{"from": "T11", "to": "L1", "deg": 18.5}),),  # type: ignore[arg-type]
            canal=(Canal(vertebra_id=2, level="T12", ap_mm=15.1, narrowing_percent=4.0),),
        ),
        "recommendations": (recommendation(),),
        "plan": Plan(
            sessions=(Session(levels=("T12",)),),
            neighbour_options=(Note(code="neighbour", text="L1: an option to discuss."),),
        ),
        "priority": priority("soon", 61.0, "T12 is a candidate", "loss 48 %, edema 46 %"),
        "notes": (
            Note(code="guidance_imwg_2019", text="IMWG 2019 asks for no pain number."),
            Note(code="pain_undated", text="The pain score has no date; it was used."),
        ),
        "image_notes": (Note(code="moved", text="The STIR moved by 4 mm; corrected."),),
        "clinical": {"pain_vas": 8.0, "cancer": True, "infection": False, "levels": {"T12": {"escc": "0"}}},
        "provenance": provenance(),
        "disclaimer": DISCLAIMER,
    }
    return ScreeningResult(**(values | changes))


def study(uid: str, *, date: str | None = "2026-01-05") -> StudyInfo:
    return StudyInfo(study_instance_uid=uid, patient_id="PAT-0042", accession_number="ACC-7", study_date=date)


def healthy() -> ScreeningResult:
    return result(
        study=study("1.2.826.2.1"),
        vertebrae=tuple(vertebra(i, name) for i, name in enumerate(LEVELS, start=1)),
        recommendations=(),
        plan=Plan(),
        priority=priority("routine", 4.0),
        clinical=None,
    )


def no_stir() -> ScreeningResult:
    """Unnamed levels, no STIR, no clinical facts, one body cut by the border."""
    missing_stir = StirFinding(reasons=("no_stir",))
    spine = [
        vertebra(
            i,
            None,
            loss=44.0 if guess == "T12" else 3.0,
            edema=None,
            level_guess=guess,
            stir=missing_stir,
        )
        for i, guess in enumerate(LEVELS, start=1)
    ]
    spine[0] = VertebraMeasurement(
        id=1,
        order=1,
        level=None,
        level_guess="T11",
        center_mm=(3.0, 10.0, -SPACING_MM),
        quality=Quality(measured=False, reasons=("border",)),
    )
    found = recommendation(
        level=None,
        status=Status.INDETERMINATE,
        missing=("vertebrae.2.stir_edema", "pain_vas", "clinical_cord_compression", "vertebrae.2.escc"),
        sins=Sins(min=5, max=15, items={"location": [1, 3], "pain": [0, 3], "collapse": 2}),
        escc=None,
        alerts=(Note(code="cord_unknown", text="Signs of cord compression are not known."),),
        borderline=(40.0,),
        **findings(loss=44.0, image=None),
    )
    return result(
        study=study("1.2.826.3.1"),
        series=series()[:1],
        levels=LevelReport(counted_from="none", warnings=(Note(code="no_anchor", text="no landmark was seen"),)),
        vertebrae=tuple(spine),
        recommendations=(found,),
        plan=Plan(),
        priority=priority("urgent", 50.0, "cord unknown with collapse"),
        clinical=None,
    )


def failed(uid: str = "1.2.826.4.1", *, date: str | None = "2025-12-01") -> ScreeningResult:
    return result(
        status="failed",
        failure=Failure(stage="loaders", code="missing_slice", message="Slice 7 of 11 is missing in the T2 series."),
        study=study(uid, date=date),
        series=(),
        levels=LevelReport(counted_from="none"),
        vertebrae=(),
        spine=SpineReport(),
        recommendations=(),
        plan=Plan(),
        priority=unscreened_priority("Slice 7 of 11 is missing in the T2 series."),
        notes=(),
        clinical=None,
    )


HOSTILE = (
    "<script>alert('x')</script>\"'><img src=http://evil.example/x onerror=alert(1)>"
    "&=cmd|'/c calc'!A1\u202e\x00{{ 7*7 }}"
)


def hostile() -> ScreeningResult:
    """The fractured study with dangerous text in every free-text field there is."""
    return ScreeningResult.model_validate(_poison(result().model_dump(by_alias=True)))


_FIXED = {
    "schema_version", "status", "preference", "kind", "type", "pattern", "role", "counted_from", "class", "fhir",
    "biopsy", "escc", "origin",
}  # fmt: skip


def _poison(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        free = key in {"inputs", "items", "clinical", "skipped_files", "T12"}
        return {HOSTILE + name if free else name: _poison(part, name) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_poison(part, key) for part in value]
    if not isinstance(value, str) or key in _FIXED:
        return value
    # behind a code, so that what is chosen by the beginning of a code is still chosen
    return value + HOSTILE if key == "code" else HOSTILE + value


def spine_volume(role: str, uid: str, *, lean: float = 0.0) -> tuple[Volume, LabelMap]:
    """A sagittal stack with four bright bodies; ``lean`` millimetres to the left per body make a scoliosis.

    Stored the way scanners store it: slices right to left, rows head to foot, columns anterior to posterior.
    """
    slices, rows, columns = 13, 120, 80
    affine = np.eye(4)
    affine[:3, 0] = (0.0, 1.5, 0.0)
    affine[:3, 1] = (0.0, 0.0, -1.5)
    affine[:3, 2] = (4.0, 0.0, 0.0)
    affine[:3, 3] = (3.0 - 24.0, 10.0 - 60.0, 0.0)
    index = np.moveaxis(np.mgrid[0:slices, 0:rows, 0:columns], 0, -1)[..., ::-1]
    x, y, z = np.moveaxis(index @ affine[:3, :3].T + affine[:3, 3], -1, 0)
    array = np.full((slices, rows, columns), 60.0, np.float32)
    instances = np.zeros(array.shape, np.uint16)
    for order in range(1, 5):
        at = 3.0 + lean * (order - 2.5)
        inside = (np.abs(x - at) < 18) & (np.abs(y - 10) < 16) & (np.abs(z + SPACING_MM * order) < 12)
        array[inside] = 400.0 + 50.0 * order
        instances[inside] = order
    geometry = Geometry.of(array, affine)
    volume = Volume(array=array, geometry=geometry, series_instance_uid=uid, role=role)
    return volume, LabelMap((instances > 0).astype(np.uint8), instances, geometry)


def segmentation(maps: dict[str, LabelMap]) -> Segmentation:
    return Segmentation(reference=next(iter(maps)), label_maps=maps, provenance=SEGMENTER)


def measurement_of(screened: ScreeningResult) -> SpineMeasurement:
    return SpineMeasurement(levels=screened.levels, vertebrae=screened.vertebrae, spine=screened.spine)


def written(result: ScreeningResult, out: Path, figures: Mapping[str, Figure], **options: Any) -> dict[str, Path]:
    """The files of a study whose pictures were kept before."""
    folder = out / "studies" / study_folder_name(result.study.study_instance_uid)
    if figures:
        store_figures(figures, result, folder)
    return write(result, out, **options)
