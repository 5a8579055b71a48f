"""``vcfimg phantom``: synthetic studies with exact truth."""

from collections.abc import Sequence
from typing import Annotated

import typer

from pipelines import exits
from pipelines.options import MAX_COUNT, Out, finite


def phantom(
    out: Out,
    recipe: Annotated[str | None, typer.Option("--recipe", metavar="NAME", help="A fixed set: samples.")] = None,
    studies: Annotated[
        int, typer.Option("--studies", metavar="N", min=1, max=MAX_COUNT, help="Number of random people.")
    ] = 1,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, max=MAX_COUNT, help="First seed; +1 per study.")
    ] = 0,
    pathology: Annotated[
        float, typer.Option("--pathology", min=0, max=1, callback=finite, help="Share of people with changes.")
    ] = 0.5,
    region: Annotated[
        str, typer.Option("--region", metavar="NAME", help="lumbar, thoracolumbar, thoracic or cervical.")
    ] = "lumbar",
    roles: Annotated[
        str, typer.Option("--roles", metavar="LIST", help="Contrasts, separated by commas.")
    ] = "t1,t2,stir",
    vendor: Annotated[
        str,
        typer.Option("--vendor", metavar="NAME", help="siemens, siemens_xa, ge, philips, philips_enhanced, hitachi."),
    ] = "siemens",
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="explicit, implicit, rle, jpeg_ls, jpeg_2000, …")
    ] = "explicit",
) -> None:
    """Write synthetic spine MRI as DICOM, with the exact truth (heights, losses, edema, levels) beside it.

    The same arguments give the same files.
    """
    if recipe is not None:
        if recipe != "samples":
            exits.unusable(f"no recipe {recipe!r}; there is: samples")
        from pipelines.commands.sample_recipe import write_samples

        write_samples(out)
        typer.echo(f"Wrote the sample studies to {out}")
        return
    from pipelines.phantom_files import random_recipes, write_recipe
    from vcfimg.phantom.contrast import STANDARD
    from vcfimg.phantom.dicom import Encoding, Vendor
    from vcfimg.phantom.dicom_image import ROLES
    from vcfimg.phantom.phantom_study import REGIONS

    wanted = tuple(role.strip() for role in roles.split(","))
    known = [role for role in ROLES if role in STANDARD]
    _one_of("--vendor", vendor, list(Vendor))
    _one_of("--encoding", encoding, list(Encoding))
    _one_of("--region", region, list(REGIONS))
    for role in wanted:
        _one_of("--roles", role, known)
    for made in random_recipes(
        range(seed, seed + studies),
        pathology=pathology,
        roles=wanted,
        vendor=vendor,
        encoding=encoding,
        scan={"region": region},
    ):
        write_recipe(made, out)
        typer.echo(f"Wrote {out / made.name}")


def _one_of(option: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        exits.unusable(f"{option}: no {value!r}; there are: {', '.join(known)}")
