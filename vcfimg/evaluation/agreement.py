"""Statistics of agreement between a measurement and its reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from vcfimg.imaging.robust import Z95


@dataclass(frozen=True)
class Agreement:
    """Of ``n`` pairs; None where it cannot be computed.

    Parameters
    ----------
    bias, mae
        Mean and mean absolute difference, measured minus reference.
    sd
        Standard deviation of the differences.
    lower, upper
        95 % limits of agreement (Bland and Altman 1986).
    icc
        ICC(2,1): two-way random effects, absolute agreement, single measurement (Shrout and Fleiss 1979).
    """

    n: int
    bias: float | None = None
    mae: float | None = None
    sd: float | None = None
    lower: float | None = None
    upper: float | None = None
    icc: float | None = None


def agreement(measured: Sequence[float], reference: Sequence[float]) -> Agreement:
    """Agreement of paired values."""
    n = len(measured)
    if n == 0:
        return Agreement(0)
    difference = np.subtract(measured, reference)
    bias, mae = float(difference.mean()), float(np.abs(difference).mean())
    if n < 2:
        return Agreement(n, bias, mae)
    sd = float(difference.std(ddof=1))
    return Agreement(n, bias, mae, sd, bias - Z95 * sd, bias + Z95 * sd, icc_2_1(measured, reference))


def icc_2_1(first: Sequence[float], second: Sequence[float]) -> float | None:
    """ICC(2,1) of two readings of the same targets; None with fewer than two targets or without any variance."""
    values = np.stack([np.asarray(first, dtype=float), np.asarray(second, dtype=float)], axis=1)
    n, k = values.shape
    if n < 2:
        return None
    grand = values.mean()
    rows = k * float(((values.mean(axis=1) - grand) ** 2).sum()) / (n - 1)
    columns = n * float(((values.mean(axis=0) - grand) ** 2).sum()) / (k - 1)
    total = float(((values - grand) ** 2).sum())
    error = (total - rows * (n - 1) - columns * (k - 1)) / ((n - 1) * (k - 1))
    denominator = rows + (k - 1) * error + k * (columns - error) / n
    return (rows - error) / denominator if denominator > 0 else None


@dataclass(frozen=True)
class Share:
    """``hits`` of ``n`` with the Wilson 95 % interval of the share; None of nothing."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson 1927, 95 %."""
        if not self.n:
            return None
        z, p, n = Z95, self.hits / self.n, self.n
        center = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, center - half), min(1.0, center + half)


def share(flags: Sequence[bool]) -> Share:
    """Share of true flags."""
    return Share(sum(flags), len(flags))
