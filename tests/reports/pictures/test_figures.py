import io
from dataclasses import replace

import imageio.v3 as imageio
import numpy as np
import pytest

from tests.reports import examples
from vcfimg.imaging.raw import RawSpine, RawVertebra, SeriesHeights
from vcfimg.reports.pictures.figures import render_figures
from vcfimg.series_id import SeriesId


def screened(lean: float = 0.0):
    return examples.result(
        vertebrae=tuple(
            examples.vertebra(i, name, center_mm=(3.0 + lean * (i - 2.5), 10.0, -examples.SPACING_MM * i))
            for i, name in enumerate(examples.LEVELS, start=1)
        )
    )


def rendered(lean: float = 0.0, **changes):
    volume, labels = examples.spine_volume("t2", examples.T2, lean=lean)
    segmentation = examples.segmentation({examples.T2: labels})
    result = screened(lean)
    return render_figures([volume], segmentation, examples.measurement_of(result), **changes)[examples.T2]


def pixels(figure) -> np.ndarray:
    return np.asarray(imageio.imread(io.BytesIO(figure.png)))


def test_the_picture_has_square_pixels_and_the_size_it_says() -> None:
    figure = rendered()
    image = pixels(figure)
    assert image.shape == (figure.height, figure.width)
    body = next(item for item in figure.bodies if item.vertebra_id == 2)
    x, y = np.array(body.outlines[0]).T
    # the example body is 32 mm deep (22 pixels of 1.5 mm) and 24 mm high (15 or 16 pixels)
    assert np.ptp(x) * figure.mm_per_pixel == pytest.approx(32.0, abs=1.6)
    assert np.ptp(y) * figure.mm_per_pixel == pytest.approx(24.0, abs=1.6)


def test_outlines_enclose_the_bright_bodies() -> None:
    from skimage.draw import polygon

    figure = rendered()
    image = pixels(figure).astype(float)
    inside = np.zeros(image.shape, bool)
    for body in figure.bodies:
        (outline,) = body.outlines
        x, y = np.array(outline).T
        inside[polygon(y - 0.5, x - 0.5, image.shape)] = True
    bright = image > image.max() * 0.4
    assert (inside & bright).sum() / (inside | bright).sum() > 0.9


def test_head_is_up_and_anterior_is_left() -> None:
    figure = rendered()
    heights = [body.center[1] for body in figure.bodies]
    assert heights == sorted(heights)
    points = figure.bodies[0].points
    assert points["anterior_superior"][0] < points["posterior_superior"][0]
    assert points["anterior_superior"][1] < points["anterior_inferior"][1]


@pytest.mark.parametrize("lean", [0.0, 8.0])
def test_points_lie_where_the_measurement_puts_them(lean: float) -> None:
    figure = rendered(lean)
    for body, vertebra in zip(figure.bodies, screened(lean).vertebrae, strict=True):
        assert body.points is not None
        a, b = (np.array(getattr(vertebra.points_mm, f"anterior_{end}")) for end in ("superior", "inferior"))
        drawn = np.subtract(body.points["anterior_inferior"], body.points["anterior_superior"])
        assert np.hypot(*drawn) * figure.mm_per_pixel == pytest.approx(np.linalg.norm(a - b), abs=0.2)
        centre = np.mean([body.points[f"middle_{end}"] for end in ("superior", "inferior")], axis=0)
        assert np.hypot(*(centre - body.center)) * figure.mm_per_pixel < 1.5


def test_a_scoliotic_spine_shows_every_body() -> None:
    figure = rendered(lean=8.0)
    assert len(figure.slices) > 1
    image = pixels(figure)
    assert all(len(body.outlines) == 1 for body in figure.bodies)
    assert all(image[round(y), round(x)] > 100 for x, y in (body.center for body in figure.bodies))


def test_a_straight_spine_shows_one_slice() -> None:
    figure = rendered()
    assert figure.slices == (7,)
    assert figure.slice_count == 13


def test_a_moved_series_is_drawn_where_the_patient_was() -> None:
    volume, labels = examples.spine_volume("stir", examples.STIR)
    moved = replace(volume, geometry=volume.geometry.moved(np.array([0.0, 6.0, -9.0])))
    segmentation = replace(
        examples.segmentation({examples.STIR: replace(labels, geometry=moved.geometry)}),
        shifts_mm={examples.STIR: (0.0, -6.0, 9.0)},
    )
    figure = render_figures([moved], segmentation, examples.measurement_of(screened()))[examples.STIR]
    still = rendered()
    assert [body.center for body in figure.bodies] == [body.center for body in still.bodies]
    assert [body.points for body in figure.bodies] == [body.points for body in still.bodies]


def test_points_read_on_the_series_itself_come_first() -> None:
    vertebra = screened().vertebrae[1]
    own = examples.six_points((3.0, 10.0, -examples.SPACING_MM * 2 - 5.0), vertebra.height_mm)
    reading = SeriesHeights(
        series_instance_uid=examples.T2,
        role="t2",
        height_mm=vertebra.height_mm,
        slice_spread_mm=vertebra.height_mm,
        points_mm=own,
    )
    raw = RawSpine(
        reference_series=SeriesId(series_instance_uid=examples.T2),
        segmenter=examples.SEGMENTER,
        vertebrae=(
            RawVertebra(
                id=2,
                order=2,
                center_mm=vertebra.center_mm,
                axis_anterior=(0.0, -1.0, 0.0),
                axis_left=(1.0, 0.0, 0.0),
                axis_superior=(0.0, 0.0, 1.0),
                by_series=(reading,),
            ),
        ),
    )
    before, after = rendered().bodies[1].points, rendered(raw=raw).bodies[1].points
    shift = np.subtract(after["middle_superior"], before["middle_superior"])
    assert shift[1] * rendered().mm_per_pixel == pytest.approx(5.0, abs=0.2)
    assert rendered(raw=raw).bodies[0].points == rendered().bodies[0].points


def test_without_measurement_the_image_is_shown_bare() -> None:
    volume, _ = examples.spine_volume("t1", examples.T1)
    figure = render_figures([volume], None, None)[examples.T1]
    assert figure.bodies == ()
    assert figure.slices == (7,)


def test_only_bodies_inside_the_image_are_drawn() -> None:
    volume, labels = examples.spine_volume("t2", examples.T2)
    geometry = volume.geometry.padded(rows=(0, 55 - volume.shape[1]))
    upper = replace(volume, array=volume.array[:, :55], geometry=geometry)
    cut = replace(labels, semantic=labels.semantic[:, :55], instances=labels.instances[:, :55], geometry=geometry)
    figure = render_figures([upper], examples.segmentation({examples.T2: cut}), examples.measurement_of(screened()))[
        examples.T2
    ]
    assert [body.vertebra_id for body in figure.bodies] == [1, 2]


def test_a_flat_image_does_not_divide_by_zero() -> None:
    volume, labels = examples.spine_volume("t2", examples.T2)
    flat = replace(volume, array=np.zeros_like(volume.array))
    figure = render_figures([flat], examples.segmentation({examples.T2: labels}), examples.measurement_of(screened()))[
        examples.T2
    ]
    assert pixels(figure).max() == 0


def test_two_stacks_of_one_series_have_two_pictures() -> None:
    volume, _ = examples.spine_volume("t2", examples.T2)
    figures = render_figures([replace(volume, stack="e1"), replace(volume, stack="e2")], None, None)
    assert set(figures) == {f"{examples.T2}#e1", f"{examples.T2}#e2"}


def marrow_grey(role: str, *, csf: float) -> float:
    """Median grey of the bodies, 0 to 1, beside CSF of the given signal."""
    volume, labels = examples.spine_volume(role, examples.STIR)
    array = np.where(labels.instances > 0, 100.0, 20.0).astype(np.float32)
    array[:, :, 58:64] = csf
    maps = examples.segmentation({examples.STIR: labels})
    bright = replace(volume, array=array)
    figure = render_figures([bright], maps, examples.measurement_of(screened()))[examples.STIR]
    image = pixels(figure) / 255
    return float(np.median([image[round(y), round(x)] for x, y in (body.center for body in figure.bodies)]))


def test_normal_marrow_is_a_dark_grey_on_stir_whatever_the_csf() -> None:
    assert marrow_grey("stir", csf=2000.0) == pytest.approx(0.25, abs=0.02)
    assert marrow_grey("stir", csf=500.0) == pytest.approx(0.25, abs=0.02)
    assert marrow_grey("t2", csf=2000.0) < 0.1
