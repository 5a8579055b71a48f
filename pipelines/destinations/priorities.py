"""The proposed priorities of a worklist, told to where the site reads them."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pipelines.log import log_event
from pipelines.peers.peer import DimsePeer
from vcfimg.base import Note
from vcfimg.errors import PeerError

STEPS: Final = {"STAT": "HIGH", "HIGH": "HIGH", "MEDIUM": "MEDIUM", "LOW": "LOW"}
"""From the priority of an order (0040,1003) to that of a workitem (0074,1200), which knows three."""


def tell_priorities(out: Path, peers: Sequence[DimsePeer]) -> list[Note]:
    """Propose a workitem for each study of the last run; returns what went wrong.

    A study that was not in the run, or of which nothing is known but that it is there, gets none or that of the list:
    ``unscreened`` is never LOW.
    """
    from pipelines.peers.ups import propose

    problems = []
    proposals = _proposals(json.loads((out / "worklist.json").read_text("utf-8")))
    for peer in peers:
        try:
            did = propose(peer, proposals)
        except PeerError as error:
            problems.append(Note(code=error.code, text=f"priorities were not told: {error.message}"))
            log_event("priorities not told", level=logging.WARNING, code=error.code)
        else:
            log_event(
                "priorities told",
                destination=peer.name,
                **{f"items_{one.name.lower()}": did.count(one) for one in set(did)},
            )
    return problems


def _proposals(document: dict[str, Any]) -> list[Any]:
    from pipelines.peers.ups import Proposal

    return [
        Proposal(
            study_instance_uid=row["study"]["study_instance_uid"],
            patient_id=row["study"]["patient_id"],
            accession_number=row["study"]["accession_number"],
            study_date=row["study"]["study_date"],
            priority=STEPS[row["priority"]["dicom"]],
            reasons=tuple(row["priority"]["reasons"]),
        )
        for row in document["studies"]
        if row["in_this_run"] is not False and row["priority"]["dicom"] in STEPS
    ]
