"""5,000 damaged studies through ``screen``, in pieces: ``python -m pipelines.acceptance.corruptions``.

Only named refusals may come out, and a good study beside a damaged one must stay as it was. A piece that falls short is
named by its seeds, so that it can be run again by itself (``--first N --count N``).
"""

import argparse
import sys
from typing import Final

from pipelines.fuzz import damaged_files

COUNT: Final = 5000
PIECE: Final = 250
"""Cases that are reported together."""


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT, help=f"number of damaged studies (default {COUNT})")
    parser.add_argument("--first", type=int, default=0, help="seed of the first (default 0)")
    options = parser.parse_args(arguments)
    bad: list[int] = []
    end = options.first + options.count
    for first in range(options.first, end, PIECE):
        count = min(PIECE, end - first)
        if damaged_files.main(["--first", str(first), "--count", str(count), "--through", "screen"]):
            bad.append(first)
        print(f"seeds {first} to {first + count - 1}: {'falls short' if first in bad else 'ok'}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
