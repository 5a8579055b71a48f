"""The last patches, kept on the device: a GPU trains faster than processors paint, so every patch is seen again there.

Each time it is turned, scaled, moved and its signal bent again.
"""

from typing import Final

import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

from vcfimg.imaging.segmentation import Tissue

Batch = tuple[Tensor, Tensor, Tensor]
"""Image float32, allowed-class bits uint8 and core uint8, each ``(n, rows, columns)``."""

CAPACITY: Final = 24576
TURN_DEG: Final = 6.0
SCALE_SD: Final = 0.06
MOVE: Final = 0.09
"""Farthest shift, as a share of the patch."""
SIGNAL_SD: Final = 0.12
"""Spread of exponent, gain and offset of the tone curve, as when the patch was made."""
NOISE: Final = 0.1
"""Most added noise, in robust SDs of the image."""
BACKGROUND_BIT: Final = 1 << Tissue.BACKGROUND


class Pool:
    """A ring of patches on ``device``."""

    def __init__(self, device: torch.device, capacity: int = CAPACITY) -> None:
        self.device, self.capacity = device, capacity
        self.filled = self.next = 0
        self.arrays: list[Tensor] = []

    def put(self, batch: Batch) -> None:
        """Keep a batch, in place of the oldest patches once the pool is full."""
        if not self.arrays:
            types = (torch.float16, torch.uint8, torch.uint8)
            self.arrays = [
                torch.empty((self.capacity, *a.shape[1:]), dtype=t, device=self.device)
                for a, t in zip(batch, types, strict=True)
            ]
        at = torch.arange(self.next, self.next + len(batch[0]), device=self.device) % self.capacity
        for kept, new in zip(self.arrays, batch, strict=True):
            kept[at] = new.to(kept.dtype)
        self.next = (self.next + len(batch[0])) % self.capacity
        self.filled = min(self.filled + len(batch[0]), self.capacity)

    def draw(self, count: int) -> Batch:
        """Random patches of the pool, each changed again."""
        at = torch.randint(self.filled, (count,), device=self.device)
        image, allowed, core = (a[at] for a in self.arrays)
        return vary((image.float(), allowed, core))


def vary(batch: Batch) -> Batch:
    """The same patches turned, scaled, moved, with another tone curve and more noise."""
    image, allowed, core = batch
    count, device = len(image), image.device
    angle = torch.randn(count, device=device) * (TURN_DEG * torch.pi / 180)
    scale = torch.exp(torch.randn(count, device=device) * SCALE_SD)
    move = (torch.rand(count, 2, device=device) * 2 - 1) * (2 * MOVE)
    cos, sin = scale * torch.cos(angle), scale * torch.sin(angle)
    matrix = torch.stack([torch.stack([cos, -sin, move[:, 0]], 1), torch.stack([sin, cos, move[:, 1]], 1)], 1)
    grid = affine_grid(matrix, [count, 1, *image.shape[1:]], align_corners=False)
    darkest = image.amin((1, 2), keepdim=True)
    image = grid_sample((image - darkest)[:, None], grid, mode="bilinear", align_corners=False)[:, 0] + darkest
    # beyond the patch there is nothing: the darkest value, background, no core
    maps = torch.stack([allowed.float() - BACKGROUND_BIT, core.float()], 1)
    maps = grid_sample(maps, grid, mode="nearest", align_corners=False)
    bend, gain, lift = (torch.randn(3, count, 1, 1, device=device) * SIGNAL_SD).unbind(0)
    image = image.sign() * image.abs().pow(bend.exp()) * gain.exp() + lift
    image = image + NOISE * torch.rand(count, 1, 1, device=device) * torch.randn_like(image)
    return image, (maps[:, 0] + BACKGROUND_BIT).to(torch.uint8), maps[:, 1].to(torch.uint8)
