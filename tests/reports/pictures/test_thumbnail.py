import pytest

from tests.reports import examples
from vcfimg.reports.pictures.thumbnail import alternative_text, thumbnail


def alt(result, figures) -> str:
    picture = thumbnail(result, figures)
    assert picture is not None
    return alternative_text(picture)


def test_the_alternative_text_names_the_bodies_that_are_outlined(figures) -> None:
    assert alt(examples.result(), figures) == "Sagittal T2 image. Outlined: T12 collapsed 48 ± 6 %, edema."
    assert alt(examples.healthy(), figures) == "Sagittal T2 image. Outlined: no vertebra."


def test_a_level_that_is_not_on_the_picture_is_not_said_to_be(figures) -> None:
    without = {
        key: figure.model_copy(
            update={"bodies": tuple(body for body in figure.bodies if body.vertebra_id != 2 or key == examples.STIR)}
        )
        for key, figure in figures.items()
    }
    assert alt(examples.result(), without).startswith("Sagittal STIR image. Outlined: T12 collapsed")
    t2 = {examples.T2: without[examples.T2]}
    assert "T12" not in alt(examples.result(), t2)
    nothing_drawn = figures[examples.T2].bodies[1].model_copy(update={"outlines": ()})
    points_only = {examples.T2: figures[examples.T2].model_copy(update={"bodies": (nothing_drawn,)})}
    assert "T12" not in alt(examples.result(), points_only)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff\xd9"])
def test_a_picture_that_says_nothing_has_no_text(data: bytes) -> None:
    assert alternative_text(data) == ""


def test_hostile_names_stay_text(figures) -> None:
    assert examples.HOSTILE in alt(examples.hostile(), figures)
