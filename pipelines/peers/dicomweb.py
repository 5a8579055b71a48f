"""A DICOMweb server: QIDO-RS to search, WADO-RS to fetch, STOW-RS to store."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import requests
from dicomweb_client.api import DICOMwebClient
from pydicom import Dataset
from requests.auth import HTTPBasicAuth

from pipelines.peers.peer import DicomwebPeer
from vcfimg.errors import PeerError

BACK_OFF_MS: Final = 250
"""Wait before the second attempt; it doubles with each further one."""

AGAIN: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
"""Answers that may be another one next time."""

PAGE: Final = 500
"""Matches asked for at once."""

_DICOM: Final = (("application/dicom", "*"),)
"""Whole instances, in the transfer syntax in which they are stored."""

logging.getLogger("dicomweb_client").setLevel(logging.CRITICAL)  # its lines quote addresses and answers


class DicomwebServer:
    """A :class:`pipelines.peers.image_archive.Archive`, and a place to store. Every method raises ``PeerError``:

    ``peer_unreachable`` (no connection, no answer in time, or answers that say so, after the attempts that its peer
    allows), ``peer_refused`` (another status; the text has it), ``peer_answer`` (an answer that cannot be understood).
    """

    def __init__(self, peer: DicomwebPeer) -> None:
        self.peer = peer
        session = requests.Session()
        session.trust_env = False  # no proxy and no .netrc that nobody configured
        if peer.token is not None:
            session.headers["Authorization"] = f"Bearer {peer.token}"
        elif peer.user is not None:
            session.auth = HTTPBasicAuth(peer.user, peer.password or "")
        if peer.tls is not None:
            session.verify = str(peer.tls.authorities) if peer.tls.authorities else True
            if peer.tls.certificate:
                session.cert = (str(peer.tls.certificate), str(peer.tls.key or peer.tls.certificate))
        self.session = session
        self._client = DICOMwebClient(peer.url, session=session, timeout=peer.timeout_s)
        self._client.set_http_retry_params(
            max_attempts=peer.attempts, wait_exponential_multiplier=BACK_OFF_MS, retriable_error_codes=AGAIN
        )

    @property
    def name(self) -> str:
        """As configured."""
        return self.peer.name

    def echo(self) -> None:
        """Ask for one study."""
        with self._told():
            self._client.search_for_studies(limit=1)

    def studies(self, filters: Mapping[str, str], fields: Sequence[str]) -> list[Dataset]:
        """Studies that match, with these attributes where the server has them."""
        search = partial(self._client.search_for_studies, search_filters=dict(filters), fields=list(fields))
        return self._pages(search, "StudyInstanceUID")

    def series(self, study: str) -> list[Dataset]:
        """All series of a study."""
        search = partial(self._client.search_for_series, study, fields=["SeriesDescription", "Modality"])
        return self._pages(search, "SeriesInstanceUID")

    def has(self, study: str, instance: str) -> bool:
        """Whether the study holds the instance."""
        with self._told():
            filters = {"SOPInstanceUID": instance}
            return bool(self._client.search_for_instances(study, search_filters=filters, limit=1))

    def headers(self, study: str, series: str) -> list[Dataset]:
        """The headers of a series, without pixels."""
        with self._told():
            found = self._client.retrieve_series_metadata(study, series)
            return [Dataset.from_json(_without_bulk(one)) for one in found]

    def fetch(self, study: str, series: str, take: Callable[[Dataset], None]) -> None:
        """The instances of a series, as they are stored."""
        for one in self._series(study, series):
            take(one)

    def fetch_instance(self, study: str, series: str, instance: str, take: Callable[[Dataset], None]) -> None:
        """One instance, as it is stored."""
        with self._told():
            one = self._client.retrieve_instance(study, series, instance, media_types=_DICOM)
        take(one)

    def store(self, dataset: Dataset) -> str | None:
        """Store one object; None, or why it was not taken."""
        with self._told():
            answer = self._client.store_instances([dataset])
        failed = answer.get("FailedSOPSequence")
        return f"failure reason {failed[0].get('FailureReason', 'not given')}" if failed else None

    def _series(self, study: str, series: str) -> Iterator[Dataset]:
        with self._told():
            yield from self._client.iter_series(study, series, media_types=_DICOM)

    def _pages(self, search: Callable[..., list[dict[str, Any]]], key: str) -> list[Dataset]:
        """All pages of an answer; some servers give the first one whatever they are asked for."""
        found: dict[str, Dataset] = {}
        offset = 0
        while True:
            with self._told():
                page = [Dataset.from_json(one) for one in search(limit=PAGE, offset=offset)]
            known = len(found)
            for one in page:
                if one.get(key):
                    found.setdefault(str(one[key].value), one)
            offset += len(page)
            if len(page) < PAGE or len(found) == known:
                return list(found.values())

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the library and of what an answer holds, without addresses or content."""
        name = self.peer.name
        try:
            yield
        except requests.HTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            if status in AGAIN:
                raise PeerError("peer_unreachable", f"{name}: status {status} at every attempt") from None
            raise PeerError("peer_refused", f"{name}: status {status}{_hint(status)}") from None
        except (requests.exceptions.InvalidJSONError, requests.exceptions.ChunkedEncodingError) as error:
            what = "breaks off" if isinstance(error, requests.exceptions.ChunkedEncodingError) else "is no JSON"
            raise PeerError("peer_answer", f"{name}: its answer {what}") from None
        except (requests.RequestException, OSError) as error:
            raise PeerError("peer_unreachable", f"{name}: {_reason(error)}") from None
        except PeerError:
            raise
        except Exception as error:  # noqa: BLE001  whatever an answer makes of the decoder
            if type(error).__name__ == "RetryError":  # every attempt got an answer of AGAIN
                raise PeerError("peer_unreachable", f"{name}: an error status at every attempt") from None
            raise PeerError("peer_answer", f"{name}: its answer cannot be read ({type(error).__name__})") from None


def _without_bulk(header: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is only named by an address."""
    return {tag: value for tag, value in header.items() if not ("BulkDataURI" in value or tag.startswith("0002"))}


def _hint(status: int) -> str:
    return " (user, password or token?)" if status in {401, 403} else ""


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate is not accepted"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "no connection"
