"""The hashes by which a second run knows what has not changed."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipelines.batch.job import Job, Settings
from vcfimg import __version__
from vcfimg.base import Note
from vcfimg.clinical import ClinicalInputs, to_dict
from vcfimg.hashing import canonical_sha256
from vcfimg.loaders.fingerprint import study_files
from vcfimg.loaders.headers.walk import FoundFile
from vcfimg.loaders.study import Study
from vcfimg.result import ScreeningResult

SITE_WORDS: Final = "site_words"
"""Code of the note that a site's own words were used."""


def files_signature(study: Study) -> str:
    """Hash of path, size, times and inode of every file: equal means that the content need not be read to know it.

    The change time and the inode tell a file that was rewritten with its old size and modification time.
    """
    digest = hashlib.sha256()
    for path in study_files(study):
        try:
            signature = FoundFile.of(str(path), path.stat()).signature
            line = "\0".join((str(path), *map(str, signature))) + "\n"
        except OSError:
            line = f"{path}\0gone\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def scan_signature(study: Study) -> str | None:
    """Hash of what the scan finds wrong with a study, which files outside it can change; None when that is nothing."""
    series = sorted([one.key, _plain(one.problems)] for one in study.series if one.problems)
    if not (series or study.problems or study.warnings):
        return None
    return canonical_sha256([series, _plain(study.problems), _plain(study.warnings)])


def _plain(notes: Sequence[Note]) -> list[list[str]]:
    return [[note.code, note.text] for note in notes]


def file_signature(path: Path | str) -> str | None:
    """Size and time of one file; None when there is none."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def images_key(settings: Settings) -> str:
    """Changes when the same images could give other findings."""
    info = settings.segmenter.info
    return _images_key(
        __version__,
        info.model_dump(),
        settings.policy.images.sha256,
        words_note(settings.site_words),
    )


def words_note(site_words: Path | None) -> Note | None:
    """What a result says of a site's own words; it also tells a later run which words those were."""
    if site_words is None:
        return None
    sha256 = hashlib.sha256(site_words.read_bytes()).hexdigest()
    return Note(code=SITE_WORDS, text=f"series were also recognised with the site's own words (SHA-256 {sha256})")


def decision_key(settings: Settings, clinical: ClinicalInputs | None, levels: Mapping[int, str] | None) -> str:
    """Changes when the same findings could give another decision on the same day."""
    return _decision_key(settings.policy.info.sha256, None if clinical is None else to_dict(clinical), levels)


def work_key(job: Job) -> str:
    """Changes when another attempt at the study could end otherwise than the earlier ones."""
    decision = decision_key(job.settings, job.clinical, job.levels)
    return canonical_sha256([images_key(job.settings), decision, job.files_signature, scan_signature(job.study)])


def keys_of(result: ScreeningResult) -> tuple[str, str]:
    """(images key, decision key) under which a stored result was written."""
    provenance = result.provenance
    segmenter = provenance.segmenter.model_dump() if provenance.segmenter else None
    return (
        _images_key(
            provenance.version,
            segmenter,
            provenance.image_policy_sha256,
            next((note for note in result.image_notes if note.code == SITE_WORDS), None),
        ),
        _decision_key(provenance.policy.sha256, result.clinical, result.level_corrections),
    )


def _images_key(version: str, segmenter: object, imaging_policy: str | None, words: Note | None) -> str:
    return canonical_sha256([version, segmenter, imaging_policy, words.text if words else None])


def _decision_key(policy: str, facts: object, levels: Mapping[int, str] | None) -> str:
    corrections = {str(key): level for key, level in (levels or {}).items()}
    return canonical_sha256([policy, facts, corrections])
