"""Shipped weights put back into the network they were exported from; needs the training extra."""

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="training needs onnx")

from pipelines.training.net import SpineUNet  # noqa: E402
from pipelines.training.start import start_from  # noqa: E402
from vcfimg.imaging.networks.onnx_runtime import onnx_runtime  # noqa: E402
from vcfimg.imaging.segmenters.embedded.network import WEIGHTS  # noqa: E402

SHIPPED = Path(str(resources.files("vcfimg.imaging").joinpath("weights", WEIGHTS)))


def images(seed: int) -> "torch.Tensor":
    return torch.from_numpy(np.random.default_rng(seed).standard_normal((4, 1, 64, 64)).astype(np.float32))


def shipped(batch: "torch.Tensor") -> np.ndarray:
    session = onnx_runtime().InferenceSession(str(SHIPPED))
    return np.asarray(session.run(None, {"image": batch.numpy()})[0])


@pytest.mark.parametrize("batch", [1, 2], ids=["measured batch", "another batch"])
def test_network_gives_what_the_shipped_weights_give(batch: int) -> None:
    model = SpineUNet()
    start_from(model, SHIPPED, images(1))
    with torch.no_grad():
        logits = model.eval()(images(batch))
    np.testing.assert_allclose(torch.softmax(logits[:, :6], 1), shipped(images(batch))[:, :6], atol=1e-3)


def test_training_step_can_follow() -> None:
    model = SpineUNet()
    start_from(model, SHIPPED, images(1))
    model.train()(images(2)).mean().backward()
    assert all(p.grad is not None for p in model.parameters())


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(ValueError, match="not the weights"):
        start_from(SpineUNet(widths=(16, 24, 32, 48, 48)), SHIPPED, images(1))
