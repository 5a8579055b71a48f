"""The packages that speak to archives, which not every installation has."""

from importlib.util import find_spec

from vcfimg.errors import PeerError


def need_hospital() -> None:
    """Refuse by name where they are missing.

    Raises
    ------
    PeerError
        ``hospital_extra_missing``.
    """
    missing = [name for name in ("pynetdicom", "dicomweb_client") if find_spec(name) is None]
    if missing:
        raise PeerError(
            "hospital_extra_missing", f"{' and '.join(missing)} not installed: pip install 'vcfimg[hospital]'"
        )
