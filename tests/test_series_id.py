from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.phantom_oracle import RECIPE, Phantom
from vcfimg.phantom import make_study
from vcfimg.phantom.dicom import PhantomImage, write_study
from vcfimg.reports.tables.vertebra_rows import HEADER, summary_rows
from vcfimg.result import ScreeningResult
from vcfimg.screening import screen_study
from vcfimg.series_id import SeriesId, series_key

DIXON = ("dixon_water", "dixon_fat")


@pytest.fixture(scope="module", params=[DIXON, ("t1", *DIXON)], ids="+".join)
def dixon(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Phantom:
    """A study whose water and fat images share one SeriesInstanceUID."""
    folder = tmp_path_factory.mktemp("dixon")
    study = make_study(RECIPE.spec, roles=request.param, **RECIPE.scan)
    images = []
    for role, volume in study.volumes.items():
        contrast = study.contrasts[role]
        label = {"series": "dixon"} if role in DIXON else {}
        images.append(PhantomImage(volume.array, volume.affine, role, contrast.tr_ms, contrast.te_ms, **label))
    write_study(images, folder)
    return Phantom(folder, study)


@pytest.fixture
def result(dixon: Phantom) -> ScreeningResult:
    found = screen_study(dixon.folder, segmenter=dixon)
    assert found.status == "ok"
    return found


def named(value: Any, path: str = "") -> Iterator[tuple[str, tuple[str, str | None]]]:
    """Every place of a document that names a series."""
    if isinstance(value, dict):
        if "series_instance_uid" in value:
            yield path, (value["series_instance_uid"], value["stack"])
        for key, item in value.items():
            yield from named(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from named(item, path)


def uids(value: Any) -> Iterator[str]:
    """Every value below a key that says it is a UID."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key.endswith("_uid") and item is not None:
                yield item
            yield from uids(item)
    elif isinstance(value, list):
        for item in value:
            yield from uids(item)


def test_everything_read_joins_exactly_one_series(result: ScreeningResult) -> None:
    document = result.model_dump(mode="json", by_alias=True)
    listed = Counter((one["series_instance_uid"], one["stack"]) for one in document["series"])
    places: dict[str, set[tuple[str, str | None]]] = {}
    for path, series in named({**document, "series": None}):
        assert listed[series] == 1, (path, series)
        places.setdefault(path, set()).add(series)
    assert set(places) == {
        ".vertebrae.measured_on",
        ".vertebrae.by_series",
        ".raw.reference_series",
        ".raw.vertebrae.measured_on",
        ".raw.vertebrae.by_series",
        ".raw.vertebrae.signals",
        ".raw.series",
    }
    assert any(stack is not None for _, stack in places[".raw.vertebrae.signals"])


def test_uids_are_uids(result: ScreeningResult) -> None:
    assert {uid for uid in uids(result.model_dump(mode="json")) if set(uid) - set("0123456789.")} == set()


def test_edema_is_read_on_the_water_image(result: ScreeningResult) -> None:
    fractured = next(one for one in result.vertebrae if (one.loss_percent.index or 0.0) > 30)
    assert (fractured.stir.edema, fractured.stir.substitute) == (True, "dixon_water")


def test_summary_names_the_series_in_two_columns(result: ScreeningResult) -> None:
    measured = {
        (one.measured_on.series_instance_uid, one.measured_on.stack) for one in result.vertebrae if one.measured_on
    }
    rows = [dict(zip(HEADER, row, strict=True)) for row in summary_rows(result)]
    assert {(row["measured_on"], row["measured_on_stack"]) for row in rows if row["measured_on"]} == measured


def test_key_holds_both_parts() -> None:
    assert SeriesId(series_instance_uid="1.2").key == series_key("1.2", None) == "1.2"
    assert SeriesId(series_instance_uid="1.2", stack="w").key == series_key("1.2", "w") == "1.2#w"
