"""Stable codes for files that are skipped, each with the sentence an administrator reads."""

from enum import StrEnum
from typing import Final


class SkipReason(StrEnum):
    """Why a file is not a usable MR image. The values are stable and documented in docs/errors.md."""

    EMPTY_FILE = "empty_file"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    SPECIAL_FILE = "special_file"
    FILE_TOO_LARGE = "file_too_large"
    LINK_LOOP = "link_loop"
    NOT_DICOM = "not_dicom"
    TRUNCATED = "truncated"
    CORRUPT_HEADER = "corrupt_header"
    MISSING_IDENTIFIERS = "missing_identifiers"
    NO_PIXELS = "no_pixels"
    FRAMES_WITHOUT_GEOMETRY = "frames_without_geometry"
    DICOMDIR = "dicomdir"
    ARCHIVE = "archive"
    RAW_DATA = "raw_data"
    SPECTROSCOPY = "spectroscopy"
    PRESENTATION_STATE = "presentation_state"
    SECONDARY_CAPTURE = "secondary_capture"
    STRUCTURED_REPORT = "structured_report"
    SEGMENTATION = "segmentation"
    ENCAPSULATED_DOCUMENT = "encapsulated_document"
    PRIVATE_SOP_CLASS = "private_sop_class"
    OTHER_MODALITY = "other_modality"
    DUPLICATE = "duplicate"
    DUPLICATE_DIFFERS = "duplicate_differs"

    @property
    def text(self) -> str:
        """What the code means, as a sentence."""
        return _TEXTS[self]


_TEXTS: Final = {
    SkipReason.EMPTY_FILE: "The file has no content.",
    SkipReason.NOT_FOUND: "There is no such file or folder.",
    SkipReason.UNREADABLE: "The file or folder could not be opened or read.",
    SkipReason.SPECIAL_FILE: "Not a regular file (pipe, socket or device).",
    SkipReason.FILE_TOO_LARGE: "Larger than any MR image object; it was not opened.",
    SkipReason.LINK_LOOP: "A link that leads back to itself or to nothing.",
    SkipReason.NOT_DICOM: "Not a DICOM file.",
    SkipReason.TRUNCATED: "The file ends before its image does.",
    SkipReason.CORRUPT_HEADER: "The DICOM header is damaged.",
    SkipReason.MISSING_IDENTIFIERS: "The study, series or instance UID is missing.",
    SkipReason.NO_PIXELS: "The file declares no image: rows, columns or pixel data are missing.",
    SkipReason.FRAMES_WITHOUT_GEOMETRY: "A multi-frame file that does not say where its frames lie.",
    SkipReason.DICOMDIR: "A DICOMDIR index; the files it lists are found by themselves.",
    SkipReason.ARCHIVE: "An archive (zip, gzip, tar …); the files in it are not looked at.",
    SkipReason.RAW_DATA: "Scanner raw data.",
    SkipReason.SPECTROSCOPY: "MR spectroscopy, not an image.",
    SkipReason.PRESENTATION_STATE: "A presentation state (display settings of other images).",
    SkipReason.SECONDARY_CAPTURE: "A secondary capture (screenshot or scanned page).",
    SkipReason.STRUCTURED_REPORT: "A structured report.",
    SkipReason.SEGMENTATION: "A segmentation or registration made from other images.",
    SkipReason.ENCAPSULATED_DOCUMENT: "An embedded document (PDF, CDA, model).",
    SkipReason.PRIVATE_SOP_CLASS: "An MR image stored as a private kind of object.",
    SkipReason.OTHER_MODALITY: "An image of another modality or kind.",
    SkipReason.DUPLICATE: "The same instance with the same content was already found.",
    SkipReason.DUPLICATE_DIFFERS: "The same instance was already found in a file with other content.",
}

DICOMDIR_CLASS: Final = "1.2.840.10008.1.3.10"
MR_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR: Final = "1.2.840.10008.5.1.4.1.1.4.1"
LEGACY_ENHANCED_MR: Final = "1.2.840.10008.5.1.4.1.1.4.4"
MULTI_FRAME: Final = frozenset({ENHANCED_MR, LEGACY_ENHANCED_MR})
USABLE: Final = MULTI_FRAME | {MR_IMAGE}

_EXACT: Final = {
    DICOMDIR_CLASS: SkipReason.DICOMDIR,
    "1.2.840.10008.5.1.4.1.1.4.2": SkipReason.SPECTROSCOPY,
    "1.2.840.10008.5.1.4.1.1.66": SkipReason.RAW_DATA,
    "1.3.12.2.1107.5.9.1": SkipReason.RAW_DATA,  # Siemens CSA non-image
}
_PREFIX: Final = {
    "1.2.840.10008.5.1.4.1.1.7": SkipReason.SECONDARY_CAPTURE,
    "1.2.840.10008.5.1.4.1.1.11": SkipReason.PRESENTATION_STATE,
    "1.2.840.10008.5.1.4.1.1.66": SkipReason.SEGMENTATION,
    "1.2.840.10008.5.1.4.1.1.88": SkipReason.STRUCTURED_REPORT,
    "1.2.840.10008.5.1.4.1.1.104": SkipReason.ENCAPSULATED_DOCUMENT,
}


_ARCHIVES: Final = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)
"""How zip, gzip, bzip2, xz, 7z, rar and zstd files begin."""

_TAR: Final = (257, b"ustar")
"""Where and how a tar file shows itself."""

DICOM_ROOT: Final = "1.2.840.10008."
"""Every SOP class of the standard begins so; others are private."""


def is_archive(data: bytes) -> bool:
    """Whether a file that begins with ``data`` packs other files."""
    return data.startswith(_ARCHIVES) or data.startswith(_TAR[1], _TAR[0])


def reason_for_sop_class(uid: str) -> SkipReason | None:
    """Why objects of SOP class ``uid`` (0008,0016) are skipped; None for the three usable MR classes."""
    if uid in USABLE:
        return None
    if uid in _EXACT:
        return _EXACT[uid]
    for prefix, reason in _PREFIX.items():
        if uid == prefix or uid.startswith(prefix + "."):
            return reason
    return SkipReason.OTHER_MODALITY
