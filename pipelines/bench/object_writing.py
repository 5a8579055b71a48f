"""Times and sizes of the objects of a screened study: ``python -m pipelines.bench.object_writing STUDY_FOLDER``.

Warm: one round that does not count, then the median of the others. The study must have been screened with the formats
asked for, so that what they need of the images is kept.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Print one line per format."""
    from vcfimg.reports import read_result
    from vcfimg.reports.formats.writer_registry import writers_of

    parser = argparse.ArgumentParser(prog="python -m pipelines.bench.object_writing", description=__doc__)
    parser.add_argument("folder", type=Path, help="OUT/studies/<StudyInstanceUID>")
    parser.add_argument("--formats", default="seg,sr,sc,gsps,pdf,fhir")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(arguments)
    result = read_result(options.folder)
    for writer in writers_of(options.formats.split(",")):
        seconds = []
        for _ in range(options.repeats + 1):
            began = time.perf_counter()
            paths = writer.write(result, options.folder)
            seconds.append(time.perf_counter() - began)
        sizes = ", ".join(f"{path.name} {path.stat().st_size / 1e6:.2f} MB" for path in paths)
        print(f"{writer.format:<5} {statistics.median(seconds[1:]):6.2f} s  {sizes}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
