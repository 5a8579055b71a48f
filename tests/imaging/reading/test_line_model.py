import numpy as np
import pytest
from scipy.special import ndtr

from vcfimg.imaging.reading.line_model import INSIDE_MM, OUTSIDE_MM, fit_lines

STEP = 0.2
T = np.arange(-round(INSIDE_MM / STEP), round(OUTSIDE_MM / STEP) + 1) * STEP


def profile(
    centre: float, marrow: float, line: float, disc: float, half: float = 0.4, blur: float = 0.55
) -> np.ndarray:
    inner, outer = ndtr((T - centre + half) / blur), ndtr((T - centre - half) / blur)
    return marrow * (1 - inner) + line * (inner - outer) + disc * outer


@pytest.mark.parametrize("centre", [-0.63, -0.2, 0.0, 0.31, 0.58])
@pytest.mark.parametrize(
    ("marrow", "line", "disc"),
    [(1.0, 0.2, 1.4), (1.0, 0.2, 1.0), (2.0, 0.2, 0.6), (0.3, 0.2, 1.6)],
    ids=["t2", "even", "t1", "stir"],
)
def test_centre_of_a_blurred_line_is_found_on_every_contrast(
    centre: float, marrow: float, line: float, disc: float
) -> None:
    windows = np.tile(profile(centre, marrow, line, disc), (30, 1))
    assert fit_lines(windows, STEP, 0.4).centre == pytest.approx(centre, abs=0.13)


def test_a_lone_marrow_flank_lies_the_given_distance_from_the_centre() -> None:
    windows = np.tile(profile(0.0, 1.0, 0.2, 0.2, half=0.4), (30, 1))
    narrow, wide = fit_lines(windows, STEP, 0.4), fit_lines(windows, STEP, 0.7)
    assert narrow.centre == pytest.approx(0.0, abs=0.06)
    assert wide.centre - narrow.centre == pytest.approx(0.3, abs=0.06)


def test_a_lone_disc_flank_is_moved_the_other_way() -> None:
    windows = np.tile(profile(0.0, 0.2, 0.2, 1.5, half=0.4), (30, 1))
    assert fit_lines(windows, STEP, 0.4).centre == pytest.approx(0.0, abs=0.06)


def test_a_bright_line_is_not_an_endplate() -> None:
    windows = np.tile(profile(0.0, 1.0, 2.0, 1.0), (30, 1))
    fit = fit_lines(windows, STEP, 0.4)
    assert (fit.line <= np.minimum(fit.marrow, fit.disc) + 1e-9).all()


def test_width_and_blur_are_told_apart() -> None:
    fit = fit_lines(np.tile(profile(0.0, 1.0, 0.2, 1.4, half=0.8, blur=0.35), (30, 1)), STEP, 0.4)
    assert (fit.half_width, fit.blur) == (0.8, 0.35)


def test_a_wide_line_seen_elsewhere_widens_the_lone_offset() -> None:
    both = np.tile(profile(0.0, 1.0, 0.1, 1.4, half=0.8), (90, 1))
    lone = np.tile(profile(0.0, 1.0, 0.1, 0.1, half=0.8), (10, 1))
    alone = fit_lines(lone, STEP, 0.4).centre.mean()
    beside = fit_lines(np.vstack([both, lone]), STEP, 0.4).centre[-10:].mean()
    assert abs(beside) < abs(alone)
    assert beside == pytest.approx(0.0, abs=0.1)
