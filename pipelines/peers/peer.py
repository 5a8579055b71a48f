"""Where a system of the hospital is reached, and as whom."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Tls:
    """Certificates of a connection; everything None: the authorities this machine trusts, no certificate of our own."""

    authorities: Path | None = None
    """PEM file of the authorities whose certificates are accepted."""
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True)
class DicomwebPeer:
    """A DICOMweb server."""

    name: str
    url: str
    """Root of its services, without user or password."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    """Bearer token."""
    tls: Tls | None = None
    timeout_s: float = 30.0
    """Seconds to wait for each answer."""
    attempts: int = 4
    """How often a request is made before it is given up."""


@dataclass(frozen=True)
class DimsePeer:
    """An application entity that speaks the DICOM upper layer protocol."""

    name: str
    host: str
    port: int
    ae_title: str
    """Its title (called)."""
    calling_ae_title: str = "VCFIMG"
    """Ours."""
    tls: Tls | None = None
    timeout_s: float = 30.0
    attempts: int = 4
