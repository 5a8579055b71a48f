"""A run over studies of an archive: what is asked for, where it lies meanwhile, and where the results go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipelines.batch.job import PRIVATE
from pipelines.batch.lock import only_run
from pipelines.destinations.destination import Destination
from pipelines.destinations.priorities import tell_priorities
from pipelines.destinations.send_results import Sent, send_results
from pipelines.destinations.sent_record import SentRecord
from pipelines.log import log_event
from pipelines.peers.extra import need_hospital
from pipelines.peers.image_archive import Archive
from pipelines.peers.peer import DicomwebPeer, DimsePeer
from pipelines.private_files import private_files
from pipelines.site.site_config import SiteConfig, SpoolSection
from pipelines.sources.archive_source import ArchiveSource
from pipelines.sources.source import Source
from pipelines.sources.spool import GIGABYTE, Spool
from pipelines.sources.study_query import StudyQuery
from vcfimg.errors import SiteConfigError

WORKLIST: Final = "worklist.json"

SPOOL: Final = "spool"
"""Folder of the fetched images, below the private folder."""


@dataclass(frozen=True)
class Sender:
    """Sends results to some peers."""

    destinations: tuple[DicomwebPeer | DimsePeer, ...]

    def send(self, out: Path, studies: Sequence[str], *, shared: bool) -> Sent:
        """Send the objects of these studies to every destination that has not got them."""
        places = [_destination(one) for one in self.destinations]
        if not places:
            return Sent()
        with private_files(shared=shared), only_run(out / PRIVATE):
            return send_results(out, studies, places, SentRecord(out / PRIVATE))


@dataclass(frozen=True)
class ArchiveRun:
    """An archive and what is wanted of it.

    Parameters
    ----------
    peer
        Has the images.
    destinations
        Get the DICOM objects.
    priorities
        Are told the proposed priorities as UPS workitems.
    scheduled_at
        A modality worklist that says which studies are meant; None: the query alone does.
    """

    peer: DicomwebPeer | DimsePeer
    query: StudyQuery
    spool: SpoolSection = field(default_factory=SpoolSection)
    destinations: tuple[DicomwebPeer | DimsePeer, ...] = ()
    priorities: tuple[DimsePeer, ...] = ()
    scheduled_at: DimsePeer | None = None

    @contextmanager
    def open_source(self, private: Path) -> Iterator[Source]:
        """The studies, spooled below the private folder of the output."""
        spool = open_spool(private, self.spool)
        query = self.query if self.scheduled_at is None else _scheduled(self.scheduled_at, self.query)
        yield ArchiveSource(_archive(self.peer), query, spool)

    def send(self, out: Path, studies: Sequence[str], *, shared: bool) -> Sent:
        """Send the objects of these studies to every destination that has not got them."""
        sent = Sender(self.destinations).send(out, studies, shared=shared)
        if self.priorities and (out / WORKLIST).exists():
            sent.problems += tell_priorities(out, self.priorities)
        return sent


def open_spool(private: Path, section: SpoolSection) -> Spool:
    """The spool of an output folder, with the limits of the site."""
    limit, free = int(section.limit_gb * GIGABYTE), int(section.keep_free_gb * GIGABYTE)
    return Spool(private / SPOOL, limit_bytes=limit, keep_free_bytes=free)


def archive_of(config: SiteConfig | None, *, url: str | None, name: str | None, query: StudyQuery) -> ArchiveRun:
    """What the command line and the configuration say together.

    Raises
    ------
    SiteConfigError
        ``no_source`` when neither names an archive; as :meth:`pipelines.site.site_config.SiteConfig.peer`.
    PeerError
        ``hospital_extra_missing``.
    """
    need_hospital()
    site = config or SiteConfig()
    name = name or site.worklist.source
    if url is not None:
        peer: DicomwebPeer | DimsePeer = DicomwebPeer("dicomweb", url.rstrip("/"))
    elif name is not None:
        peer = site.peer(name)
    else:
        raise SiteConfigError("no_source", "name an archive: --dicomweb URL, --peer NAME, or worklist.source")
    places = tuple(site.peer(one) for one in site.worklist.destinations)
    told = tuple(site.peer(one) for one in site.worklist.priorities)
    for one in told:
        if not isinstance(one, DimsePeer):
            raise SiteConfigError("site_invalid", f"worklist.priorities: {one.name} is no dimse peer")
    return ArchiveRun(peer, query, site.spool, places, tuple(one for one in told if isinstance(one, DimsePeer)))


def _archive(peer: DicomwebPeer | DimsePeer) -> Archive:
    if isinstance(peer, DicomwebPeer):
        from pipelines.peers.dicomweb import DicomwebServer

        return DicomwebServer(peer)
    from pipelines.peers.dimse_archive import DimseArchive

    return DimseArchive(peer)


def _scheduled(peer: DimsePeer, query: StudyQuery) -> StudyQuery:
    """The studies that a modality worklist names; those without images yet are not in the archive's answer."""
    from pipelines.peers.modality_worklist import scheduled

    listed = scheduled(peer, first=query.first, last=query.last)
    log_event("scheduled", studies=len(listed))
    return StudyQuery(
        studies=tuple(one.study_instance_uid for one in listed if one.study_instance_uid),
        accession_numbers=tuple(
            one.accession_number for one in listed if one.accession_number and not one.study_instance_uid
        ),
        nothing=not listed,
    )


def _destination(peer: DicomwebPeer | DimsePeer) -> Destination:
    if isinstance(peer, DicomwebPeer):
        from pipelines.destinations.dicomweb_destination import DicomwebDestination
        from pipelines.peers.dicomweb import DicomwebServer

        return DicomwebDestination(DicomwebServer(peer))
    from pipelines.destinations.dimse_destination import DimseDestination

    return DimseDestination(peer)
