"""Sends the DICOM objects of an output folder to where they are read."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from pipelines.destinations.destination import Destination
from pipelines.destinations.sent_record import SentRecord
from pipelines.log import log_event
from vcfimg.base import Note
from vcfimg.errors import PeerError
from vcfimg.reports import study_folder_name
from vcfimg.reports.paths import STUDIES


@dataclass
class Sent:
    """How the sending went, over all destinations."""

    stored: int = 0
    already_there: int = 0
    problems: list[Note] = field(default_factory=list)


def send_results(
    out: Path, study_instance_uids: Iterable[str], destinations: Sequence[Destination], record: SentRecord
) -> Sent:
    """Send the objects of these studies that a destination has not got yet.

    A destination that cannot be reached is given up for this time, and the others go on.
    """
    sent = Sent()
    studies = list(study_instance_uids)
    for destination in destinations:
        for uid in studies:
            objects = [one for one in _objects(out, uid) if not record.holds(destination.name, one[1])]
            if not objects:
                continue
            try:
                delivery = destination.send([path for path, _ in objects])
            except PeerError as error:
                sent.problems.append(Note(code=error.code, text=f"results were not sent: {error.message}"))
                break
            record.add(destination.name, uid, (*delivery.stored, *delivery.already_there))
            sent.stored += len(delivery.stored)
            sent.already_there += len(delivery.already_there)
            sent.problems += [Note(code=one.code, text=f"study {uid}: {one.text}") for one in delivery.refused]
            log_event("sent", study=uid, destination=destination.name, objects=len(delivery.stored))
    for problem in sent.problems:
        log_event("not sent", level=logging.WARNING, code=problem.code)
    return sent


def _objects(out: Path, study_instance_uid: str) -> list[tuple[Path, str]]:
    """The objects of a study with their SOPInstanceUIDs, segmentation first: the others speak of it."""
    found = []
    for path in sorted((out / STUDIES / study_folder_name(study_instance_uid)).glob("*.dcm"), key=_order):
        try:
            header = dcmread(path, stop_before_pixels=True, specific_tags=["SOPInstanceUID"])
            found.append((path, str(header.SOPInstanceUID)))
        except (OSError, InvalidDicomError, AttributeError):
            log_event("object not readable", level=logging.WARNING, study=study_instance_uid)
    return found


def _order(path: Path) -> tuple[bool, str]:
    return (path.name != "seg.dcm", path.name)
