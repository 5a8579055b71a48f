import numpy as np
import pytest
from scipy.special import ndtr

from vcfimg.imaging.reading.edges import POSITIONS, locate_line

COLUMNS = 31


def profiles(
    offset: np.ndarray, marrow: float = 1.0, line: float = 0.2, disc: float = 1.4, blur: float = 0.5
) -> np.ndarray:
    t = POSITIONS[None, :] - offset[:, None]
    inner, outer = ndtr((t + 0.4) / blur), ndtr((t - 0.4) / blur)
    return (marrow * (1 - inner) + line * (inner - outer) + disc * outer)[None].astype(np.float32)


def test_line_is_followed_along_a_curved_endplate() -> None:
    offset = np.linspace(-1.2, 1.0, COLUMNS) + 0.2 * np.sin(np.linspace(0, 3, COLUMNS))
    found = locate_line(profiles(offset), np.zeros(1), flank_offset_mm=0.4)
    assert np.abs(found.offset[0] - offset)[2:-2].max() < 0.1
    assert found.confidence.min() > 0.8


def test_noise_moves_the_line_little() -> None:
    rng = np.random.default_rng(1)
    clean = profiles(np.full(COLUMNS, 0.37))
    noisy = clean + rng.normal(0, 0.15, clean.shape).astype(np.float32)
    found = locate_line(noisy, np.array([0.15]), flank_offset_mm=0.4)
    assert float(np.median(found.offset)) == pytest.approx(0.37, abs=0.1)


def test_no_contrast_has_no_confidence() -> None:
    rng = np.random.default_rng(2)
    flat = 1 + rng.normal(0, 0.1, (1, COLUMNS, len(POSITIONS)))
    found = locate_line(flat.astype(np.float32), np.array([0.1]), flank_offset_mm=0.4)
    assert float(np.median(found.confidence)) < 0.6
    sharp = locate_line(profiles(np.zeros(COLUMNS)), np.array([0.0]), flank_offset_mm=0.4)
    assert float(np.median(found.confidence)) < 0.7 * float(np.median(sharp.confidence))


def test_plate_of_the_next_vertebra_is_out_of_bounds() -> None:
    t = POSITIONS
    two = np.where(np.abs(t + 0.8) < 0.3, 0.6, 1.0)
    two = np.where(np.abs(t - 1.6) < 0.5, 0.1, two)
    both = np.tile(two, (1, COLUMNS, 1)).astype(np.float32)
    free = locate_line(both, np.zeros(1), flank_offset_mm=0.4)
    bound = locate_line(both, np.zeros(1), flank_offset_mm=0.4, limit_mm=np.full((1, COLUMNS), 0.4))
    assert float(np.median(free.offset)) == pytest.approx(1.6, abs=0.2)
    assert float(np.median(bound.offset)) == pytest.approx(-0.8, abs=0.2)


def test_blurred_edge_is_wider() -> None:
    sharp = locate_line(profiles(np.zeros(COLUMNS), blur=0.4), np.zeros(1), flank_offset_mm=0.4).width
    soft = locate_line(profiles(np.zeros(COLUMNS), blur=1.1), np.zeros(1), flank_offset_mm=0.4).width
    assert float(np.nanmedian(soft)) > 1.5 * float(np.nanmedian(sharp))
