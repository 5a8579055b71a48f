"""What is written out: ``result.json``, tables, worklist and self-contained HTML pages.

Only value objects come in; :mod:`vcfimg.reports.pictures.figures` is the one part that sees images.
"""

from vcfimg.reports.formats.writer_registry import DEFAULT_FORMATS, check_formats
from vcfimg.reports.paths import study_folder_name
from vcfimg.reports.result_file import iter_results, read_result
from vcfimg.reports.run_tables import rebuild_tables, write_listing, write_tables
from vcfimg.reports.schema import schema, validate
from vcfimg.reports.study_files import keep, write
from vcfimg.reports.wording.page_words import DISCLAIMER

__all__ = [
    "DEFAULT_FORMATS",
    "DISCLAIMER",
    "check_formats",
    "iter_results",
    "keep",
    "read_result",
    "rebuild_tables",
    "schema",
    "study_folder_name",
    "validate",
    "write",
    "write_listing",
    "write_tables",
]
