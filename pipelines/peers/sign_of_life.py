"""Whether a peer answers."""

import time

from pipelines.peers.peer import DicomwebPeer, DimsePeer


def sign_of_life(peer: DicomwebPeer | DimsePeer) -> float:
    """Seconds until the peer has answered.

    Raises
    ------
    PeerError
        When it does not.
    """
    began = time.perf_counter()
    if isinstance(peer, DicomwebPeer):
        from pipelines.peers.dicomweb import DicomwebServer

        DicomwebServer(peer).echo()
    else:
        from pipelines.peers.dimse import echo

        echo(peer)
    return time.perf_counter() - began
