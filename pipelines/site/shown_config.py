"""A configuration as text, without its secrets."""

import json

from pipelines.site.site_config import DicomwebSection, PeerSection, SiteConfig


def shown(site: SiteConfig) -> str:
    """JSON of everything that holds, defaults included; of a secret only where it comes from."""
    document = site.model_dump(mode="json", exclude={"peers"})
    document["peers"] = [_peer(one) for one in site.peers]
    return json.dumps(document, indent=2)


def _peer(section: PeerSection) -> dict[str, object]:
    secrets = {"password_env", "password_file", "token_env", "token_file"}
    shown: dict[str, object] = section.model_dump(mode="json", exclude=secrets, exclude_none=True)
    if isinstance(section, DicomwebSection):
        for kind, variable, file in (
            ("password", section.password_env, section.password_file),
            ("token", section.token_env, section.token_file),
        ):
            if variable is not None or file is not None:
                shown[kind] = f"*** (from the variable {variable})" if variable else "*** (from a file)"
    return shown
