"""When and under what a worklist was made."""

import datetime

from vcfimg import __version__
from vcfimg.base import Model
from vcfimg.policy.policy_info import PolicyInfo


class ListOrigin(Model):
    """The head of ``worklist.json``: what the list as a whole is of; a row may be older, and then says so."""

    version: str = __version__
    made: str
    """UTC instant, ISO 8601."""
    as_of: str | None = None
    """Decision date of the run; None, like ``policy``, where the tables were rebuilt outside a run."""
    policy: PolicyInfo | None = None

    @classmethod
    def now(cls, *, as_of: datetime.date | None = None, policy: PolicyInfo | None = None) -> "ListOrigin":
        """A list made at this moment."""
        made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        return cls(made=made, as_of=as_of.isoformat() if as_of else None, policy=policy)
