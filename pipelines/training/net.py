"""The network: a small 2-D U-Net with six softmax classes and a body-core channel.

Pixels are folded 2x2 into channels at the entrance and unfolded at the exit: nothing of the 1 mm image is lost, and the
costly full-resolution layers are.
"""

from pathlib import Path

import torch
from torch import Tensor, nn

WIDTHS = (16, 48, 96, 128, 192)
OUTPUTS = 7
FOLD = 2


class Block(nn.Module):
    """Two 3x3 convolutions with batch norm and ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out


class SpineUNet(nn.Module):
    """Input ``(n, 1, rows, columns)``, multiples of 32; output ``(n, 7, rows, columns)`` logits."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.down = nn.ModuleList([Block(a, b) for a, b in zip((FOLD * FOLD, *widths[:-1]), widths, strict=True)])
        self.up = nn.ModuleList([Block(a + b, b) for a, b in zip(widths[:0:-1], widths[-2::-1], strict=True)])
        self.head = nn.Conv2d(widths[0], OUTPUTS * FOLD * FOLD, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips: list[Tensor] = []
        x = nn.functional.pixel_unshuffle(x, FOLD)
        for i, block in enumerate(self.down):
            x = block(x if i == 0 else nn.functional.max_pool2d(x, 2))
            skips.append(x)
        for block, skip in zip(self.up, skips[-2::-1], strict=True):
            x = block(torch.cat([nn.functional.interpolate(x, scale_factor=2, mode="nearest"), skip], 1))
        return nn.functional.pixel_shuffle(self.head(x), FOLD)


class Probabilities(nn.Module):
    """The network as it is shipped: class probabilities and core probability instead of logits."""

    def __init__(self, network: SpineUNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        logits = self.network(x)
        classes = logits[:, : OUTPUTS - 1]
        odds = torch.exp(classes - classes.amax(1, keepdim=True))  # onnxruntime is slow at a softmax of few channels
        return torch.cat([odds / odds.sum(1, keepdim=True), torch.sigmoid(logits[:, OUTPUTS - 1 :])], 1)


def write_onnx(model: nn.Module, example: Tensor, target: Path, names: tuple[str, str], free: dict[int, str]) -> None:
    """Write a network of one input and one output (``names``) as ONNX; ``free`` names the dynamic axes of both."""
    torch.onnx.export(
        model.eval(),
        (example,),
        str(target),
        input_names=names[:1],
        output_names=names[1:],
        dynamic_axes=dict.fromkeys(names, free),
        opset_version=17,
        dynamo=False,
    )


def export(network: SpineUNet, target: Path) -> None:
    """Write the network as ONNX with dynamic batch, rows and columns."""
    free = {0: "n", 2: "rows", 3: "columns"}
    write_onnx(Probabilities(network), torch.zeros(1, 1, 64, 64), target, ("image", "probabilities"), free)
