"""Scans folders for MR studies: headers only, any file names, nothing in a file can stop it."""

from collections.abc import Iterable
from pathlib import Path

from vcfimg.loaders.damage import quiet
from vcfimg.loaders.headers.batches import CHUNK, Progress, read_all
from vcfimg.loaders.headers.duplicates import remove_duplicates
from vcfimg.loaders.headers.fields import Record, SkippedImage
from vcfimg.loaders.headers.gc_pause import without_collector
from vcfimg.loaders.headers.header_index import HeaderIndex
from vcfimg.loaders.headers.walk import FoundFile, walk
from vcfimg.loaders.roles.vocabulary import load_vocabulary
from vcfimg.loaders.stacks.assemble_studies import assemble
from vcfimg.loaders.study import ScanResult, SkippedFile


def scan(
    paths: str | Path | Iterable[str | Path],
    *,
    workers: int = 1,
    index: HeaderIndex | None = None,
    site_words: str | Path | None = None,
    progress: Progress | None = None,
) -> ScanResult:
    """Find every MR study below ``paths``.

    Parameters
    ----------
    paths
        Folders or files, in any mixture; links are followed, loops are not.
    workers
        Processes that read headers. Small folders are read in this process whatever is asked for.
    index
        An open table of the headers read before, so that an unchanged folder is not read again. None: nothing is
        remembered.
    site_words
        TOML file with a site's own description words (see :func:`vcfimg.loaders.roles.vocabulary.load_vocabulary`).
    progress
        Is told now and then how many files were found, then how many of them are read.

    Returns
    -------
    ScanResult
        Studies with their classified series, and every file that was skipped with its reason code. No file
        content raises.

    Raises
    ------
    LoadError
        ``site_words_invalid`` only.
    """
    vocabulary = load_vocabulary(Path(site_words) if site_words is not None else None)
    with quiet(), without_collector():
        roots = [paths] if isinstance(paths, (str, Path)) else list(paths)
        files: list[FoundFile] = []
        skipped: list[SkippedFile] = []
        for item in walk(roots):
            if isinstance(item, FoundFile):
                files.append(item)
                if progress is not None and len(files) % CHUNK == 0:
                    progress(len(files), None)
            else:
                skipped.append(item)
        remembered = index or HeaderIndex(None)
        results = read_all(files, remembered, workers, progress)
        records: list[tuple[str, Record]] = []
        unusable: list[tuple[str, SkippedImage]] = []
        for file, result in zip(files, results, strict=True):
            if isinstance(result, Record):
                records.append((file.path, result))
            elif isinstance(result, SkippedImage):
                unusable.append((file.path, result))
                skipped.append(SkippedFile(file.path, result.reason))
            else:
                skipped.append(SkippedFile(file.path, result))
        unique = remove_duplicates(records, {file.path: file.size for file in files}, remembered.digest)
        studies = assemble(unique, vocabulary, unusable)
    return ScanResult(studies, tuple(sorted((*skipped, *unique.skipped))))
