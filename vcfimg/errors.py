"""The named errors of vcfimg; each carries a stable code that appears in ``result.json`` and in the documentation."""


class VcfimgError(Exception):
    """Base of every error a caller may want to catch.

    Parameters
    ----------
    code
        Stable machine-readable identifier, for example ``"missing_slice"``.
    message
        One sentence that names what was wrong and, where possible, what to do. Never holds patient names, IDs or
        birth dates.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class LoadError(VcfimgError):
    """A file, series or study cannot be used as an MR volume; nothing else is lost."""


class SegmentationError(VcfimgError):
    """No usable vertebral bodies could be found in the volumes given."""


class ClinicalInputError(VcfimgError):
    """A clinical record or file is invalid; ``file``, ``patient`` and ``field`` say where."""

    def __init__(
        self, code: str, message: str, *, file: str, patient: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(code, message)
        self.file = file
        self.patient = patient
        self.field = field


class PolicyError(VcfimgError):
    """A policy file is missing, malformed or holds an impossible value."""


class ReportError(VcfimgError):
    """An output could not be written, or an output format is not available in this installation."""


class StoreError(VcfimgError):
    """The store of what is done with each study cannot be used: not reached, newer than this version, damaged."""


class PeerError(VcfimgError):
    """A system of the hospital cannot be reached, does not answer, or refuses; the message names it as configured."""


class SiteConfigError(VcfimgError):
    """A site's configuration file is malformed or holds an impossible value; the message names the key."""


class ReviewError(VcfimgError):
    """A person's answer cannot be taken: not understood, about something not there, or made on an older page."""
