"""An application entity that is spoken to by DIMSE: C-ECHO, C-FIND, C-GET and C-STORE."""

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from pydicom import Dataset
from pynetdicom import AE, build_context, evt
from pynetdicom.association import Association
from pynetdicom.pdu_primitives import SCP_SCU_RoleSelectionNegotiation
from pynetdicom.sop_class import (
    EnhancedMRImageStorage,
    LegacyConvertedEnhancedMRImageStorage,
    MRImageStorage,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    Verification,
)

from pipelines.peers.peer import DimsePeer, Tls
from vcfimg.errors import PeerError

BACK_OFF_S: Final = 0.25
"""Wait before the second attempt; it doubles with each further one."""

SUCCESS: Final = 0x0000
PENDING: Final = (0xFF00, 0xFF01)

_IMAGES: Final = (MRImageStorage, EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage)

COMPRESSED: Final = (
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.5",
)
"""Compressed transfer syntaxes that the loaders read."""

_SYNTAXES: Final = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2", *COMPRESSED)

for _name in ("pynetdicom", "pynetdicom.events"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # its lines quote datasets


def echo(peer: DimsePeer) -> None:
    """C-ECHO.

    Raises
    ------
    PeerError
        ``peer_unreachable``, ``peer_refused``.
    """
    with association(peer, [build_context(Verification)]) as link:
        expect(peer, link.send_c_echo(), "C-ECHO")


def find(peer: DimsePeer, level: str, keys: Dataset) -> list[Dataset]:
    """C-FIND (Study Root) at ``STUDY``, ``SERIES`` or ``IMAGE`` level; every match.

    Raises
    ------
    PeerError
        ``peer_unreachable``, ``peer_refused``.
    """
    keys.QueryRetrieveLevel = level
    found = []
    with association(peer, [build_context(StudyRootQueryRetrieveInformationModelFind)]) as link:
        for status, match in link.send_c_find(keys, StudyRootQueryRetrieveInformationModelFind):
            if status_code(peer, status) in PENDING:
                if match is not None:
                    found.append(match)
            else:
                expect(peer, status, "C-FIND")
    return found


def get(peer: DimsePeer, take: Callable[[Dataset], None], **uids: str) -> None:
    """C-GET of a series or an instance; ``take`` is given each instance as it comes. Fewer may come than there are.

    Parameters
    ----------
    uids
        StudyInstanceUID, SeriesInstanceUID and, for one instance, SOPInstanceUID.

    Raises
    ------
    PeerError
        ``peer_unreachable``, ``peer_refused``; what ``take`` raises comes through after the association has ended.
    """
    failed: list[Exception] = []

    def received(event: Any) -> int:
        try:
            dataset = event.dataset
            dataset.file_meta = event.file_meta
            take(dataset)
        except Exception as error:  # noqa: BLE001  told to the peer, and raised below
            failed.append(error)
            return 0xA700
        return SUCCESS

    keys = Dataset()
    keys.QueryRetrieveLevel = "IMAGE" if "SOPInstanceUID" in uids else "SERIES"
    for name, uid in uids.items():
        setattr(keys, name, uid)
    contexts = [build_context(StudyRootQueryRetrieveInformationModelGet)]
    # One context per syntax: the peer may then send each instance as it is stored.
    contexts += [build_context(one, syntax) for one in _IMAGES for syntax in _SYNTAXES]
    roles = [_as_receiver(one) for one in _IMAGES]
    handlers = [(evt.EVT_C_STORE, received)]
    with association(peer, contexts, roles=roles, handlers=handlers) as link:
        for status, _ in link.send_c_get(keys, StudyRootQueryRetrieveInformationModelGet):
            code = status_code(peer, status)
            # B000: some sub-operations failed; what is lacking shows at once.
            if code not in PENDING and code != 0xB000 and not failed:
                expect(peer, status, "C-GET")
    if failed:
        raise failed[0]


def store(peer: DimsePeer, datasets: Sequence[Dataset]) -> dict[str, int]:
    """C-STORE; the status of each instance by its SOPInstanceUID.

    Raises
    ------
    PeerError
        ``peer_unreachable``, ``peer_refused``.
    """
    kinds = dict.fromkeys((str(one.SOPClassUID), str(one.file_meta.TransferSyntaxUID)) for one in datasets)
    contexts = [build_context(sop_class, syntax) for sop_class, syntax in kinds]
    statuses: dict[str, int] = {}
    with association(peer, contexts) as link:
        accepted = {(str(one.abstract_syntax), str(one.transfer_syntax[0])) for one in link.accepted_contexts}
        for one in datasets:
            if (str(one.SOPClassUID), str(one.file_meta.TransferSyntaxUID)) not in accepted:
                statuses[str(one.SOPInstanceUID)] = 0x0122  # SOP class not supported
                continue
            statuses[str(one.SOPInstanceUID)] = status_code(peer, link.send_c_store(one))
    return statuses


@contextmanager
def association(
    peer: DimsePeer, contexts: Sequence[Any], *, roles: Sequence[Any] = (), handlers: Sequence[Any] = ()
) -> Iterator[Association]:
    """An association with the peer, made in as many attempts as it allows.

    Raises
    ------
    PeerError
        ``peer_refused`` when the peer rejects the association or every context; ``peer_unreachable`` when there is no
        connection, or no answer in time.
    """
    entity = AE(peer.calling_ae_title)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = entity.connection_timeout = peer.timeout_s
    options: dict[str, Any] = {"ae_title": peer.ae_title, "ext_neg": list(roles), "evt_handlers": list(handlers)}
    if peer.tls is not None:
        options["tls_args"] = (tls_context(peer.tls), peer.host)
    for attempt in range(peer.attempts):
        if attempt:
            time.sleep(BACK_OFF_S * 2 ** (attempt - 1))
        link = entity.associate(peer.host, peer.port, contexts=list(contexts), **options)
        if link.is_established:
            break
        if link.is_rejected:
            raise PeerError("peer_refused", f"{peer.name}: rejects the association; are the AE titles right?")
        if link.acceptor.primitive is not None and not link.accepted_contexts:
            raise PeerError("peer_refused", f"{peer.name}: supports nothing of what was asked for")
    else:
        raise PeerError("peer_unreachable", f"{peer.name}: no connection, or no answer in time")
    try:
        yield link
    finally:
        if link.is_established:
            link.release()


def tls_context(tls: Tls, *, server: bool = False) -> ssl.SSLContext:
    """The TLS settings of one side of a connection."""
    purpose = ssl.Purpose.CLIENT_AUTH if server else ssl.Purpose.SERVER_AUTH
    context = ssl.create_default_context(purpose, cafile=None if tls.authorities is None else str(tls.authorities))
    if tls.certificate is not None:
        context.load_cert_chain(str(tls.certificate), None if tls.key is None else str(tls.key))
    if server and tls.authorities is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _as_receiver(sop_class: str) -> SCP_SCU_RoleSelectionNegotiation:
    role = SCP_SCU_RoleSelectionNegotiation()
    role.sop_class_uid, role.scu_role, role.scp_role = sop_class, False, True
    return role


def status_code(peer: DimsePeer, status: Dataset) -> int:
    """The status of an answer; an empty answer means that none came."""
    if "Status" not in status:
        raise PeerError("peer_unreachable", f"{peer.name}: the connection broke off, or no answer in time")
    return int(status.Status)


def expect(peer: DimsePeer, status: Dataset, what: str) -> None:
    """Refuse any status but success."""
    code = status_code(peer, status)
    if code != SUCCESS:
        raise PeerError("peer_refused", f"{peer.name}: {what} ended with status 0x{code:04X}")
