"""Which policy decided, as it stands in every output."""

from vcfimg.base import Model


class PolicyInfo(Model):
    """Which policy decided."""

    name: str
    version: str
    sha256: str
