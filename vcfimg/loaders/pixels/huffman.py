"""Whether the Huffman tables of a JPEG frame can be decoded with."""

from typing import Final

from vcfimg.errors import LoadError

LONGEST_CODE: Final = 16
"""Bits of the longest code word."""
MOST_SYMBOLS: Final = 256


def check_huffman_tables(body: bytes) -> frozenset[int]:
    """Check one table segment (DHT).

    Returns
    -------
    frozenset of int
        Destinations defined: 0 to 3 for DC and lossless tables, 16 to 19 for AC tables.

    Raises
    ------
    LoadError
        ``damaged_pixel_data`` when a table is cut off or has more code words than there can be.
    """
    found: set[int] = set()
    place = 0
    while place + 1 + LONGEST_CODE <= len(body):
        kind, destination = body[place] >> 4, body[place] & 15
        counts = body[place + 1 : place + 1 + LONGEST_CODE]
        place += 1 + LONGEST_CODE + sum(counts)
        room = 1
        for count in counts:
            room = 2 * room - count
            if room < 0:
                raise LoadError("damaged_pixel_data", "a Huffman table has more codes than bits allow")
        symbols = body[place - sum(counts) : place]
        if kind > 1 or destination > 3 or not 0 < sum(counts) <= MOST_SYMBOLS:
            break
        if kind == 0 and any(symbol > LONGEST_CODE for symbol in symbols):
            break
        found.add(16 * kind + destination)
    if place != len(body) or not found:
        raise LoadError("damaged_pixel_data", "the Huffman tables of a compressed frame are damaged")
    return frozenset(found)
