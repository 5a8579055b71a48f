"""Patches kept to be seen again; needs the training extra."""

import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from pipelines.training.sample_pool import BACKGROUND_BIT, Pool, vary  # noqa: E402

CPU = torch.device("cpu")
BODY_BIT = 2


def patches(*numbers: int) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
    """A dark patch with a bright square of body, its place told by the number."""
    image = torch.full((len(numbers), 96, 96), -1.0)
    allowed = torch.full((len(numbers), 96, 96), BACKGROUND_BIT, dtype=torch.uint8)
    core = torch.zeros_like(allowed)
    for k, n in enumerate(numbers):
        image[k, 30:60, 30 + n : 60 + n] = 2.0
        allowed[k, 30:60, 30 + n : 60 + n] = BODY_BIT
        core[k, 38:52, 38 + n : 52 + n] = 1
    return image, allowed, core


def test_the_oldest_patches_make_room() -> None:
    pool = Pool(CPU, capacity=5)
    for first in (0, 2, 4):
        pool.put(patches(first, first + 1))
    kept = {int(image[45].argmax()) - 30 for image in pool.arrays[0]}
    assert kept == {1, 2, 3, 4, 5}
    assert pool.filled == 5


def test_only_what_was_put_is_drawn() -> None:
    pool = Pool(CPU, capacity=50)
    pool.put(patches(0, 1))
    image, allowed, core = pool.draw(20)
    assert image.shape == allowed.shape == core.shape == (20, 96, 96)
    assert (allowed == BODY_BIT).flatten(1).any(1).all()


def test_image_and_maps_are_moved_together() -> None:
    torch.manual_seed(0)
    image, allowed, core = vary(patches(*[0] * 40))
    body = allowed == BODY_BIT
    assert (allowed[~body] == BACKGROUND_BIT).all()
    assert body.float().mean((1, 2)).std() > 0.005
    for k in range(40):
        assert image[k][body[k]].mean() > 1.0
        assert image[k][~body[k]].mean() < -0.5
        assert body[k][core[k] == 1].all()
        assert (core[k] == 1).any()


def test_beyond_the_patch_there_is_nothing() -> None:
    torch.manual_seed(1)
    image, allowed, core = patches(*[0] * 30)
    image[:], allowed[:], core[:] = 2.0, BODY_BIT, 1
    image[:, 40:50, 40:50] = -1.0
    out, bits, cores = vary((image, allowed, core))
    outside = bits == BACKGROUND_BIT
    assert outside.flatten(1).any(1).all()
    assert (cores[outside] == 0).all()
    assert out[outside].mean() < -0.5
