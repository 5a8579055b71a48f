"""Grey values of a slice as few bytes, with up to 16 bits a pixel, in a form that a browser unpacks without a library.

Each value is foretold from its left, upper and upper left neighbour (the median predictor of JPEG-LS, ITU-T T.87); the
difference, modulo the number of grey steps and folded to a count, is written as low bytes followed by high bytes where
there are more than 256 steps, and the whole is a zlib stream. ``templates/viewer.js`` reads it.
"""

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

BYTE_STEPS: Final = 256
"""Up to so many steps, a pixel takes one byte before compression."""


def pack(values: NDArray[np.integer], steps: int) -> bytes:
    """Pack ``values``, shape ``(rows, columns)``, each in ``[0, steps)``; lossless."""
    folded = residuals(values, steps)
    planes = [(folded & 0xFF).astype(np.uint8)]
    if steps > BYTE_STEPS:
        planes.append((folded >> 8).astype(np.uint8))
    squeezer = zlib.compressobj(7, strategy=zlib.Z_FILTERED)
    return squeezer.compress(b"".join(plane.tobytes() for plane in planes)) + squeezer.flush()


def unpack(data: bytes, rows: int, columns: int, steps: int) -> NDArray[np.int32]:
    """The values that :func:`pack` was given, shape ``(rows, columns)``."""
    raw = np.frombuffer(zlib.decompress(data), np.uint8).astype(np.int32).reshape(-1, rows, columns)
    folded = raw[0] if steps <= BYTE_STEPS else raw[0] | raw[1] << 8
    difference = np.where(folded & 1, -(folded + 1) // 2, folded // 2)
    values = np.zeros((rows, columns), np.int32)
    for row in range(rows):
        for column in range(columns):
            left = int(values[row, column - 1]) if column else 0
            above = int(values[row - 1, column]) if row else 0
            corner = int(values[row - 1, column - 1]) if row and column else 0
            guess = max(min(left, above), min(max(left, above), left + above - corner))
            values[row, column] = (guess + difference[row, column]) % steps
    return values


def residuals(values: NDArray[np.integer], steps: int) -> NDArray[np.int32]:
    """What is packed of each pixel before compression: small counts where the guess is good."""
    value = values.astype(np.int32)
    padded = np.pad(value, ((1, 0), (1, 0)))
    left, above, corner = padded[1:, :-1], padded[:-1, 1:], padded[:-1, :-1]
    guess = np.maximum(np.minimum(left, above), np.minimum(np.maximum(left, above), left + above - corner))
    half = steps // 2
    difference = (value - guess + half) % steps - half
    return np.asarray(np.where(difference < 0, -2 * difference - 1, 2 * difference), np.int32)


def expected_bytes(values: NDArray[np.integer], steps: int) -> float:
    """About how many bytes a pixel will take, from the entropy of the residuals of one slice."""
    folded = residuals(values, steps)
    share = np.bincount(folded.ravel()) / folded.size
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum()) / 8 * 1.06 + 0.01
