import pytest

from tests.loaders.classification_cases import CASES, Case, h
from vcfimg.loaders.headers.fields import NAMES, convert
from vcfimg.loaders.roles.classify import classify


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_header_is_recognised(case: Case) -> None:
    found = classify(case.header, case.plane)
    assert found.role == case.role, found
    assert found.exclusion == case.exclusion, found
    assert case.evidence.lower() in " | ".join(found.evidence).lower()
    if case.conflict is None:
        assert found.conflict is None
    else:
        assert case.conflict in (found.conflict or "")


def test_table_holds_at_least_sixty_cases() -> None:
    assert len({case.header for case in CASES}) >= 60


def test_conflict_lowers_the_confidence() -> None:
    clean = classify(h("T2 sag", tr=3500, te=100, scanning_sequence="SE"))
    contradicted = classify(h("T1 sag", tr=3500, te=100, scanning_sequence="SE"))
    assert contradicted.confidence < clean.confidence


def test_agreement_raises_the_confidence() -> None:
    timing = classify(h(None, tr=3500, te=100, scanning_sequence="SE"))
    both = classify(h("T2", tr=3500, te=100, scanning_sequence="SE"))
    assert both.confidence > timing.confidence > classify(h("T2")).confidence


@pytest.mark.parametrize("field_strength", [0.2, 0.3, 0.55, 1.0, 1.5, 3.0, 7.0])
@pytest.mark.parametrize("ti", [80, 110, 150, 220, 300])
def test_short_inversion_time_is_stir_at_any_field(field_strength: float, ti: float) -> None:
    found = classify(h(None, tr=4000, te=60, ti=ti, scanning_sequence="SE\\IR", field_strength=field_strength))
    assert found.role == "stir"


@pytest.mark.parametrize(
    ("ti", "role", "exclusion"), [(300, "stir", None), (301, "t1", None), (1500, "other", "flair")]
)
def test_inversion_time_borders(ti: float, role: str, exclusion: str | None) -> None:
    found = classify(h(None, tr=3000, te=20, ti=ti, scanning_sequence="IR"))
    assert (found.role, found.exclusion) == (role, exclusion)


def test_philips_filler_is_no_inversion_time() -> None:
    raw = dict.fromkeys(NAMES)
    raw.update(inversion_times="0\\1.797e308", repetition_time="3000", echo_time="100", scanning_sequence="SE")
    header = convert(tuple(raw.values()))
    assert header.inversion_time is None
    assert classify(header).role == "t2"


def test_many_planes_of_few_images_are_a_localiser() -> None:
    header = h("t2 haste", tr=1000, te=80, scanning_sequence="SE")
    assert classify(header, hints=["many_planes", "few_frames"]).role == "localizer"
    assert classify(header, hints=["many_planes"]).role != "localizer"


def test_t1_water_image_keeps_its_weighting() -> None:
    found = classify(h("t1 dixon W", tr=600, te=12, image_type="DERIVED\\PRIMARY\\W", scanning_sequence="SE"))
    assert (found.role, found.contrast) == ("dixon_water", "t1")
