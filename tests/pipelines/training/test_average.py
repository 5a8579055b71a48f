"""The mean of two networks; needs the training extra."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")
onnx = pytest.importorskip("onnx", reason="the training extra is not installed")

from onnx.numpy_helper import to_array  # noqa: E402

from pipelines.training.average import average  # noqa: E402
from pipelines.training.net import SpineUNet, export  # noqa: E402


def weights(path: Path) -> list[np.ndarray]:
    return [to_array(i) for i in onnx.load(path).graph.initializer]


def test_every_weight_is_the_mean(tmp_path: Path) -> None:
    for name in "ab":
        export(SpineUNet(), tmp_path / name)
    average(tmp_path / "a", tmp_path / "b", tmp_path / "c")
    for a, b, c in zip(*(weights(tmp_path / name) for name in "abc"), strict=True):
        np.testing.assert_allclose(c, (a + b) / 2, atol=1e-6)


def test_different_networks_have_no_mean(tmp_path: Path) -> None:
    export(SpineUNet(), tmp_path / "a")
    export(SpineUNet(widths=(16, 24, 32, 48, 48)), tmp_path / "b")
    with pytest.raises(ValueError, match="not the same network"):
        average(tmp_path / "a", tmp_path / "b", tmp_path / "c")
