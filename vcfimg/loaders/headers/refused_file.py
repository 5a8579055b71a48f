"""How the reading of a header ends for a file that is not a usable MR image."""

from vcfimg.loaders.headers.fields import SLOT, RawHeader
from vcfimg.loaders.headers.skip_reasons import SkipReason


class Refused(Exception):
    """The file is not a usable MR image; ``reason`` says why."""

    def __init__(self, reason: SkipReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def require_identifiers(raw: RawHeader, sop_instance_uid: str | None) -> str:
    """The SOP instance UID, after checking that study and series UIDs are there too."""
    if not sop_instance_uid or not raw[SLOT["study_uid"]] or not raw[SLOT["series_uid"]]:
        raise Refused(SkipReason.MISSING_IDENTIFIERS)
    return sop_instance_uid
