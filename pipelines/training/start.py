"""Training goes on from shipped weights: the ONNX file put back into the network that wrote it.

The export folds every batch norm into the convolution before it, so the norms are measured again on a batch of patches:
the network's output on that batch is the shipped one's, and training can move every part of it again.
"""

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from pipelines.training.net import Block, SpineUNet

FILTER_NORM: Final = 0.6
"""About the norm of a freshly drawn filter: the step size of the optimiser is relative to it."""


def start_from(model: SpineUNet, weights: Path, images: Tensor) -> None:
    """Set ``model`` to shipped ``weights``; ``images``, ``(n, 1, rows, columns)``, are what the norms are measured on.

    Raises
    ------
    ValueError
        The file holds another network.
    """
    import onnx
    from onnx.numpy_helper import to_array

    arrays = {i.name: torch.from_numpy(to_array(i).copy()) for i in onnx.load(weights).graph.initializer}
    folded = [a for name, a in arrays.items() if name.startswith("onnx::Conv")]
    blocks = [b for b in model.modules() if isinstance(b, Block)]
    convolutions = [m for b in blocks for m in b.layers if isinstance(m, nn.Conv2d)]
    norms = [m for b in blocks for m in b.layers if isinstance(m, nn.BatchNorm2d)]
    shapes = [tuple(conv.weight.shape) for conv in convolutions]
    if [tuple(a.shape) for a in folded[::2]] != shapes:
        raise ValueError(f"{weights}: not the weights of this network")

    handles = []
    for conv, norm, weight, bias in zip(convolutions, norms, folded[::2], folded[1::2], strict=True):
        size = weight.flatten(1).norm(dim=1).clamp_min(1e-6)
        conv.weight.data = weight / size[:, None, None, None] * FILTER_NORM
        handles.append(norm.register_forward_pre_hook(_measure(size / FILTER_NORM, bias)))
    head = {"weight": arrays["network.head.weight"], "bias": arrays["network.head.bias"]}
    model.head.load_state_dict(head)
    with torch.no_grad():
        model.eval()(images)
    for handle in handles:
        handle.remove()


def _measure(scale: Tensor, bias: Tensor):  # type: ignore[no-untyped-def]
    def hook(norm: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        x = inputs[0]
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
        norm.running_mean, norm.running_var = mean, variance
        spread = (variance + norm.eps).sqrt()
        norm.weight.data, norm.bias.data = scale * spread, bias + scale * mean

    return hook
