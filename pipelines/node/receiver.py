"""The C-STORE side of the node: what comes is written as it is, one folder per study."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

from pydicom import dcmread
from pynetdicom import AE, AllStoragePresentationContexts, evt
from pynetdicom.presentation import DEFAULT_TRANSFER_SYNTAXES
from pynetdicom.sop_class import Verification

from pipelines.log import log_event
from pipelines.peers.dimse import COMPRESSED, tls_context
from pipelines.peers.peer import Tls
from pipelines.site.site_config import NodeSection
from pipelines.sources.spool import Spool
from vcfimg.errors import PeerError, SiteConfigError

SUCCESS: Final = 0x0000
OUT_OF_RESOURCES: Final = 0xA700
CANNOT_UNDERSTAND: Final = 0xC000
"""Statuses of C-STORE (PS3.4, table B.2-1)."""

_UIDS: Final = ("StudyInstanceUID", "SOPInstanceUID")

LARGEST_BYTES: Final = 2**30
"""Larger objects are no MR images; see ``file_too_large``."""


@contextmanager
def receiving(settings: NodeSection, spool: Spool) -> Iterator[int]:
    """Listen while the block runs; yields the port.

    Raises
    ------
    SiteConfigError
        ``nobody_may_send`` without a calling AE title.
    PeerError
        ``port_not_free`` when the address cannot be listened at.
    """
    if not settings.calling_ae_titles:
        raise SiteConfigError("nobody_may_send", "node.calling_ae_titles: name the systems that may send")
    entity = AE(settings.ae_title)
    entity.maximum_pdu_size = settings.max_pdu_bytes
    entity.maximum_associations = settings.max_associations
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 60
    entity.require_calling_aet = list(settings.calling_ae_titles)
    entity.require_called_aet = True
    entity.add_supported_context(Verification)
    for context in AllStoragePresentationContexts:
        entity.add_supported_context(str(context.abstract_syntax), [*DEFAULT_TRANSFER_SYNTAXES, *COMPRESSED])
    tls = settings.tls
    handlers = [(evt.EVT_C_STORE, _store, [spool]), (evt.EVT_REJECTED, _rejected)]
    try:
        server = entity.start_server(
            (settings.host, settings.port),
            block=False,
            evt_handlers=handlers,
            ssl_context=None
            if tls is None
            else tls_context(Tls(tls.authorities, tls.certificate, tls.key), server=True),
        )
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise PeerError("port_not_free", f"cannot listen at {where}: {error.strerror or error}") from error
    try:
        yield settings.port
    finally:
        server.shutdown()


def _store(event: Any, spool: Spool) -> int:
    """Write one object as it came; its text is not believed, and nothing of it reaches the log."""
    try:
        content = event.encoded_dataset()
        header = dcmread(
            BytesIO(content), stop_before_pixels=True, specific_tags=["StudyInstanceUID", "SOPInstanceUID"]
        )
        study, instance = str(header.StudyInstanceUID), str(header.SOPInstanceUID)
    except Exception as error:  # noqa: BLE001  whatever a peer sends
        log_event("object not understood", level=logging.WARNING, reason=type(error).__name__)
        return CANNOT_UNDERSTAND
    if not study or not instance or len(content) > LARGEST_BYTES:
        return CANNOT_UNDERSTAND
    try:
        spool.add_file(study, instance, content)
    except PeerError as error:
        log_event("object not taken", level=logging.ERROR, code=error.code)
        return OUT_OF_RESOURCES
    except OSError as error:
        log_event("object not taken", level=logging.ERROR, reason=error.strerror)
        return OUT_OF_RESOURCES
    return SUCCESS


def _rejected(event: Any) -> None:
    log_event("association rejected", level=logging.WARNING)
