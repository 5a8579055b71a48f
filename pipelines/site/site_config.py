"""The configuration of a site: one TOML file, validated as a whole."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator

from pipelines.peers.peer import DicomwebPeer, DimsePeer, Tls
from pipelines.site.secret import read_secret
from vcfimg.base import Model
from vcfimg.errors import SiteConfigError
from vcfimg.given_file import NotGiven, read_given
from vcfimg.roles import Role

MAX_BYTES: Final = 1_000_000
"""Largest configuration file."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""What a peer is called in commands, logs and file names."""

AeTitle = Annotated[str, Field(pattern=r"^[A-Za-z0-9_. -]{1,16}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Gigabytes = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


class TlsSection(Model):
    """Certificates, PEM files; without it the authorities that this machine trusts."""

    authorities: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class _PeerSection(Model):
    name: Name
    timeout_s: Seconds = 30.0
    attempts: Annotated[int, Field(ge=1, le=20)] = 4


class DicomwebSection(_PeerSection):
    """A DICOMweb server."""

    kind: Literal["dicomweb"]
    url: str
    user: str | None = None
    password_env: str | None = None
    password_file: Path | None = None
    token_env: str | None = None
    token_file: Path | None = None
    tls: TlsSection | None = None

    @field_validator("url")
    @classmethod
    def _plain_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an http or https address is needed")
        if parts.username is not None or parts.password is not None:
            raise ValueError("user and password do not belong into the address: use user and password_env or _file")
        return url.rstrip("/")

    def peer(self, where: str) -> DicomwebPeer:
        """The peer with its secrets."""
        return DicomwebPeer(
            name=self.name,
            url=self.url,
            user=self.user,
            password=read_secret(f"{where}.password", variable=self.password_env, file=self.password_file),
            token=read_secret(f"{where}.token", variable=self.token_env, file=self.token_file),
            tls=_tls(self.tls),
            timeout_s=self.timeout_s,
            attempts=self.attempts,
        )


class DimseSection(_PeerSection):
    """An application entity."""

    kind: Literal["dimse"]
    host: str
    port: Port
    ae_title: AeTitle
    calling_ae_title: AeTitle = "VCFIMG"
    tls: TlsSection | None = None

    def peer(self, where: str) -> DimsePeer:
        """The peer."""
        return DimsePeer(
            name=self.name,
            host=self.host,
            port=self.port,
            ae_title=self.ae_title,
            calling_ae_title=self.calling_ae_title,
            tls=_tls(self.tls),
            timeout_s=self.timeout_s,
            attempts=self.attempts,
        )


PeerSection = Annotated[DicomwebSection | DimseSection, Field(discriminator="kind")]


class SpoolSection(Model):
    """Images that were fetched or received, until they are no longer needed."""

    limit_gb: Gigabytes = 20.0
    """What the spool holds at most."""
    keep_free_gb: Gigabytes = 2.0
    """What stays free on its disk."""


class WorklistSection(Model):
    """Where ``vcfimg worklist`` takes the reading list from, and where it puts what it found."""

    source: Name | None = None
    """Peer that has the images."""
    destinations: tuple[Name, ...] = ()
    """Peers that get the DICOM objects."""
    priorities: tuple[Name, ...] = ()
    """Peers (dimse) that are told the proposed priority as UPS workitems."""


class NodeSection(Model):
    """The storage node, ``vcfimg node``."""

    host: str = "127.0.0.1"
    port: Port = 11112
    ae_title: AeTitle = "VCFIMG"
    out: Path
    """Output folder."""
    calling_ae_titles: tuple[AeTitle, ...] = ()
    """Who may send; empty: nobody."""
    quiet_s: Seconds = 60.0
    """A study of which nothing came for so long is complete."""
    required_roles: tuple[Role, ...] = ()
    """Contrasts without which it waits for longer, up to ``force_s``."""
    force_s: Seconds = 5400.0
    """A study is screened as it is when nothing came for so long."""
    max_associations: Annotated[int, Field(ge=1, le=200)] = 10
    max_pdu_bytes: Annotated[int, Field(ge=4096, le=131_072)] = 65_536
    destinations: tuple[Name, ...] = ()
    tls: TlsSection | None = None


class SiteConfig(Model):
    """A whole configuration file."""

    policy: Path | None = None
    """The site's policy, see :func:`vcfimg.policy.load_policy`."""
    peers: tuple[PeerSection, ...] = ()
    spool: SpoolSection = SpoolSection()
    worklist: WorklistSection = WorklistSection()
    node: NodeSection | None = None

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "SiteConfig":
        names = [one.name for one in self.peers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"peers: {twice[0]} is there twice")
        for where, wanted in self._wanted():
            if wanted not in names:
                raise ValueError(f"{where}: there is no peer {wanted}")
        return self

    def _wanted(self) -> list[tuple[str, str]]:
        of_list, of_node = self.worklist, self.node
        wanted = [("worklist.destinations", one) for one in of_list.destinations]
        wanted += [("worklist.priorities", one) for one in of_list.priorities]
        wanted += [("worklist.source", of_list.source)] if of_list.source else []
        return wanted + [("node.destinations", one) for one in (of_node.destinations if of_node else ())]

    def peer(self, name: str) -> DicomwebPeer | DimsePeer:
        """A peer with its secrets.

        Raises
        ------
        SiteConfigError
            ``no_such_peer``, ``secret_missing``.
        """
        for number, section in enumerate(self.peers):
            if section.name == name:
                return section.peer(f"peers[{number}]")
        known = ", ".join(section.name for section in self.peers) or "none"
        raise SiteConfigError("no_such_peer", f"there is no peer {name!r}; the configuration has: {known}")


def load_site(path: Path) -> SiteConfig:
    """Read and validate a configuration; paths in it are relative to its folder.

    Raises
    ------
    SiteConfigError
        ``site_missing`` (cannot be read), ``site_malformed`` (not TOML), ``site_invalid`` (an unknown key or an
        impossible value). The message names the key; it never quotes a value, which may be a secret put in by mistake.
    """
    try:
        document = tomllib.loads(read_given(path, MAX_BYTES).decode("utf-8"))
    except NotGiven as error:
        raise SiteConfigError("site_missing", f"{path}: cannot be read ({error.reason})") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        where = f" ({error})" if isinstance(error, tomllib.TOMLDecodeError) else ""
        raise SiteConfigError("site_malformed", f"{path}: not TOML{where}") from error
    try:
        return SiteConfig.model_validate(_absolute(document, path.absolute().parent))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"] if part not in {"dicomweb", "dimse"})
        text = f"{path}: {place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}"
        raise SiteConfigError("site_invalid", text) from error


_PATHS: Final = frozenset({"policy", "out", "password_file", "token_file", "authorities", "certificate", "key"})
"""Keys whose values are paths."""


def _absolute(value: Any, folder: Path, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _absolute(one, folder, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_absolute(one, folder) for one in value]
    return str(folder / value) if key in _PATHS and isinstance(value, str) else value


def _tls(section: TlsSection | None) -> Tls | None:
    return None if section is None else Tls(section.authorities, section.certificate, section.key)
