"""Writes synthetic studies as DICOM files in the header style of several vendors."""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vcfimg.phantom.dicom_common import SeriesPlan
from vcfimg.phantom.dicom_encode import Encoding, quantise, save
from vcfimg.phantom.dicom_enhanced import enhanced
from vcfimg.phantom.dicom_groups import EnhancedFrame
from vcfimg.phantom.dicom_image import PhantomImage, PhantomPatient, axial_localizer
from vcfimg.phantom.dicom_single import single_frame
from vcfimg.phantom.dicom_uid import UidMaker
from vcfimg.phantom.dicom_vendor import STYLES, Vendor

__all__ = ["Disorder", "Encoding", "PhantomImage", "PhantomPatient", "Vendor", "axial_localizer", "write_study"]


@dataclass(frozen=True)
class Disorder:
    """What archives and transfers do to a study.

    Parameters
    ----------
    renamed
        Files get meaningless names in one flat folder, in an order that says nothing.
    lying_numbers
        Instance numbers are shuffled.
    missing
        Slices left out, by series label (``"t2-0"``).
    repeated
        Slices that are there a second time under another SOP Instance UID, by series label.
    copied
        Every file is there twice, byte by byte.
    """

    renamed: bool = False
    lying_numbers: bool = False
    missing: Mapping[str, Sequence[int]] = field(default_factory=dict)
    repeated: Mapping[str, Sequence[int]] = field(default_factory=dict)
    copied: bool = False


def write_study(
    images: Sequence[PhantomImage],
    out_dir: str | Path,
    *,
    vendor: Vendor | str = Vendor.SIEMENS,
    patient: PhantomPatient | None = None,
    seed: int | str = 0,
    encoding: Encoding | str = Encoding.EXPLICIT,
    localizer: bool = False,
    disorder: Disorder | None = None,
) -> tuple[Path, ...]:
    """Write one study.

    The same arguments give the same files, byte by byte (with the same compression libraries).

    Parameters
    ----------
    images
        The stacks; those with an equal ``label`` share a series.
    out_dir
        Folder to write below; created when missing.
    vendor
        Header style; the enhanced ones write one multi-frame file per series.
    patient
        None for the default imaginary patient.
    seed
        Decides all UIDs. Studies with different seeds have different UIDs.
    encoding
        Transfer syntax.
    localizer
        Add an axial scout cut from the first image.
    disorder
        None for a tidy study.

    Returns
    -------
    tuple of Path
        The files, in the order written.
    """
    if not images:
        raise ValueError("a study needs at least one image")
    disorder = disorder or Disorder()
    encoding, style = Encoding(encoding), STYLES[Vendor(vendor)]
    everything = [axial_localizer(images[0]), *images] if localizer else list(images)
    by_label: dict[str, list[PhantomImage]] = {}
    for image in everything:
        by_label.setdefault(image.label, []).append(image)
    uids = UidMaker(f"vcfimg phantom/{vendor}/{seed}")
    folder = Path(out_dir)
    files: list[Path] = []
    for number, (label, members) in enumerate(by_label.items(), start=1):
        plan = SeriesPlan(label, number, tuple(members), style, patient or PhantomPatient(), uids)
        write = _write_enhanced if style.enhanced else _write_single
        files += write(plan, encoding, disorder, _namer(folder, plan, disorder))
    return tuple(files)


Namer = Callable[[int, int], Path]
"""Path of the n-th file of a series, and of its copies."""


def _namer(folder: Path, plan: SeriesPlan, disorder: Disorder) -> Namer:
    def tidy(index: int, copy: int) -> Path:
        suffix = f"_copy{copy}" if copy else ""
        return folder / f"{plan.number:02d}_{plan.label}" / f"IM{index + 1:04d}{suffix}.dcm"

    def meaningless(index: int, copy: int) -> Path:
        return folder / hashlib.sha256(plan.uids.uid("file", plan.label, index, copy).encode()).hexdigest()[:16]

    return meaningless if disorder.renamed else tidy


def _write_single(plan: SeriesPlan, encoding: Encoding, disorder: Disorder, name: Namer) -> list[Path]:
    slices = _slices(plan, disorder)
    numbers = list(range(1, len(slices) + 1))
    if disorder.lying_numbers:
        random.Random(plan.label).shuffle(numbers)
    files = []
    for order, (each, number) in enumerate(zip(slices, numbers, strict=True)):
        for copy in range(2 if disorder.copied else 1):
            # Built for each file: compressing changes the data set.
            dataset = single_frame(
                plan,
                each.image,
                each.index,
                stored=each.stored,
                slope=each.slope,
                instance_number=number,
                sop_instance=plan.uids.uid("instance", plan.label, order),
                encoding=encoding,
            )
            path = name(order, copy)
            save(dataset, path, encoding)
            files.append(path)
    return files


def _write_enhanced(plan: SeriesPlan, encoding: Encoding, disorder: Disorder, name: Namer) -> list[Path]:
    frames = _slices(plan, disorder)
    if disorder.lying_numbers:
        random.Random(plan.label).shuffle(frames)
    files = []
    for copy in range(2 if disorder.copied else 1):
        dataset = enhanced(plan, frames, sop_instance=plan.uids.uid("instance", plan.label), encoding=encoding)
        path = name(0, copy)
        save(dataset, path, encoding)
        files.append(path)
    return files


def _slices(plan: SeriesPlan, disorder: Disorder) -> list[EnhancedFrame]:
    """Every slice of the series that is to be written, repeated ones after all others."""
    missing, repeated = set(disorder.missing.get(plan.label, ())), disorder.repeated.get(plan.label, ())
    present: list[EnhancedFrame] = []
    again: list[EnhancedFrame] = []
    for stack, image in enumerate(plan.images, start=1):
        stored: NDArray[np.integer[Any]]
        stored, slope = quantise(image.array, plan.style)
        frames = [EnhancedFrame(image, stack, index, stored[index], slope) for index in range(len(stored))]
        present += [frame for frame in frames if frame.index not in missing]
        again += [frames[index] for index in repeated if index < len(frames)]
    return present + again
