"""Mean of two trained networks: ``python -m pipelines.training.average A.onnx B.onnx --out C.onnx``.

Weights trained on from others find what is new to them; their mean keeps what the first ones knew as well.
"""

import argparse
from pathlib import Path

import numpy as np


def average(first: Path, second: Path, out: Path) -> None:
    """Write the mean of every weight.

    Raises
    ------
    ValueError
        The two files hold different networks.
    """
    import onnx
    from onnx.numpy_helper import from_array, to_array

    one, two = onnx.load(first), onnx.load(second)
    pairs = list(zip(one.graph.initializer, two.graph.initializer, strict=False))
    if len(one.graph.initializer) != len(two.graph.initializer) or any(a.dims != b.dims for a, b in pairs):
        raise ValueError(f"{first} and {second}: not the same network")
    for a, b in pairs:
        if to_array(a).dtype == np.float32:
            b.CopyFrom(from_array(((to_array(a) + to_array(b)) / 2).astype(np.float32), b.name))
    onnx.save(two, out)


def main() -> None:
    """Average two files."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.training.average", description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    average(options.first, options.second, options.out)


if __name__ == "__main__":
    main()
