"""The command-line options of what is taken from an archive."""

from pathlib import Path
from typing import Annotated

import typer

DicomWeb = Annotated[
    str | None, typer.Option("--dicomweb", metavar="URL", help="DICOMweb server that has the studies.")
]
SiteFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", exists=True, help="The site's configuration (TOML).")
]
PeerName = Annotated[
    str | None, typer.Option("--peer", metavar="NAME", help="Peer of the configuration that has the studies.")
]
FirstDay = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First study date, YYYY-MM-DD.")]
LastDay = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last study date, YYYY-MM-DD.")]
Description = Annotated[
    str | None, typer.Option("--description", metavar="TEXT", help="Study description, with * and ?.")
]
BodyPart = Annotated[str | None, typer.Option("--body-part", metavar="WORD", help="Body part examined.")]
ReadingList = Annotated[
    Path | None,
    typer.Option(
        "--csv",
        metavar="FILE",
        exists=True,
        help="Reading list: a CSV with a column study_instance_uid or accession_number.",
    ),
]
Mwl = Annotated[
    str | None,
    typer.Option(
        "--mwl", metavar="AET@HOST:PORT", help="Reading list: a modality worklist, its MR entries from --from to --to."
    ),
]
Every = Annotated[
    str | None, typer.Option("--every", metavar="TIME", help="Stay, and look again after each 30s, 5m or 1h.")
]
