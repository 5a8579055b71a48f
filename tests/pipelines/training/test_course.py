"""A course that was interrupted goes on where it stopped."""

import argparse
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from pipelines.training.course import Course, learning_rate  # noqa: E402
from pipelines.training.learner import Learner  # noqa: E402
from pipelines.training.net import SpineUNet  # noqa: E402

WIDTHS = (4, 4, 4, 4, 4)


def course(out: Path) -> Course:
    torch.manual_seed(0)
    device = torch.device("cpu")
    return Course([Learner(SpineUNet(WIDTHS), WIDTHS, device)], out, device)


def batch() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    classes = torch.randint(0, 6, (2, 64, 64))
    return torch.randn(2, 64, 64), (1 << classes).to(torch.uint8), (classes == 1).to(torch.uint8)


def test_a_checkpoint_holds_all_that_going_on_needs(tmp_path: Path) -> None:
    first = course(tmp_path)
    for _ in range(3):
        first.learn(batch(), 1e-3)
    first.spent = 12.0
    first.save()
    again = course(tmp_path)
    again.resume()
    assert (again.step, again.spent) == (3, 12.0)
    for one in (first, again):
        one.learn(batch(), 1e-3)
    assert again.mean_losses(1) == pytest.approx(first.mean_losses(1))
    assert (tmp_path / "spine_unet_4-4-4-4-4.onnx").stat().st_size > 1000


def test_a_course_starts_at_nothing_without_a_checkpoint(tmp_path: Path) -> None:
    fresh = course(tmp_path)
    fresh.resume()
    assert (fresh.step, fresh.spent) == (0, 0.0)


def test_the_recipe_tells_what_was_done(tmp_path: Path) -> None:
    done = course(tmp_path)
    done.learn(batch(), 1e-3)
    (tmp_path / "000001.npz").touch()
    options = argparse.Namespace(seed=3, minutes=2.0, batch=8, repeats=1, bank=tmp_path, spider=None)
    recipe = done.recipe(options)
    assert (recipe["seed"], recipe["steps"], recipe["people"], recipe["spider"]) == (3, 1, 1, False)
    assert recipe["loss"] == {"4-4-4-4-4": pytest.approx(done.mean_losses(1)[0])}


def test_the_rate_rises_and_falls() -> None:
    rates = [learning_rate(1e-3, step, progress) for step, progress in ((0, 0.0), (400, 0.1), (4000, 1.0))]
    assert rates[0] < rates[1] <= 1e-3
    assert rates[2] == pytest.approx(2e-5)
