"""One network in training; needs the training extra."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from pipelines.training.learner import Learner  # noqa: E402
from pipelines.training.net import SpineUNet  # noqa: E402

CPU = torch.device("cpu")
WIDTHS = (8, 8, 8, 8, 8)


def batch() -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
    image = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 64, 64)).astype(np.float32))
    allowed = torch.ones((2, 64, 64), dtype=torch.uint8)
    allowed[:, 20:40, 20:40] = 2
    image[:, 20:40, 20:40] += 3
    core = torch.zeros_like(allowed)
    core[:, 26:34, 26:34] = 1
    return image, allowed, core


def learner() -> Learner:
    torch.manual_seed(0)
    return Learner(SpineUNet(WIDTHS), WIDTHS, CPU)


def test_it_learns() -> None:
    trained = learner()
    losses = [float(trained.step(batch(), 1e-2)) for _ in range(30)]
    assert losses[-1] < 0.8 * losses[0]


def test_it_goes_on_where_a_checkpoint_was_kept() -> None:
    first, second = learner(), learner()
    first.step(batch(), 1e-3)
    second.restore(first.state())
    assert float(first.step(batch(), 1e-3)) == pytest.approx(float(second.step(batch(), 1e-3)), rel=1e-5)


def test_what_is_shipped_is_the_mean() -> None:
    trained = learner()
    for _ in range(3):
        trained.step(batch(), 1e-2)
    shipped, last = trained.shipped().head.weight, trained.model.head.weight
    assert not torch.allclose(shipped, last)
    assert torch.allclose(shipped, trained.mean.module.head.weight)
