"""Seeded corruption of valid headers: nothing raises, no good neighbour is lost, time stays bounded."""

import random
import time
from pathlib import Path

import pytest

from tests.loaders.mr_files import encode, mr, uid, write_series
from tests.loaders.remembered_scan import scan
from tests.loaders.written_stacks import write_stack
from vcfimg.loaders import choose_series, inspect_study
from vcfimg.phantom.dicom_vendor import STYLES, Vendor
from vcfimg.policy import load_policy

SEEDS = 600
VRS = (b"SQ", b"UN", b"OB", b"US", b"DS", b"UI", b"XX", b"\x00\x00")


def corrupt(data: bytes, rng: random.Random) -> bytes:
    """Damage a file in one to four ways: bytes, lengths, VRs, tags, cuts, repeats and nonsense values."""
    broken = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(broken))
        kind = rng.randrange(8)
        if kind == 0:
            broken[at] = rng.randrange(256)
        elif kind == 1:
            broken[at : at + 4] = rng.choice([b"\xff" * 4, b"\xfe\xff\xff\xff", bytes(4), rng.randbytes(4)])
        elif kind == 2:
            broken[at : at + 2] = rng.choice(VRS)
        elif kind == 3:
            del broken[at : at + rng.randint(1, 64)]
        elif kind == 4:
            broken[at:at] = broken[max(0, at - 200) : at]
        elif kind == 5:
            del broken[max(at, 200) :]
        elif kind == 6:
            broken[at:at] = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
        else:
            text = rng.choice([b"nan", b"1e400", b"-inf", b"\\\\\\\\", b"'; --", b"\xff\xfe\x00", b"0" * 64])
            broken[at : at + len(text)] = text
    return bytes(broken)


@pytest.fixture
def sources(tmp_path: Path) -> list[bytes]:
    multi = next(vendor for vendor in Vendor if STYLES[vendor].enhanced)
    single = next(vendor for vendor in Vendor if not STYLES[vendor].enhanced)
    files = [*write_stack(tmp_path / "m", vendor=multi), write_stack(tmp_path / "s", vendor=single)[0]]
    return [file.read_bytes() for file in files] + [encode(mr(SOPInstanceUID=uid("victim")))]


def test_corrupted_files_neither_raise_nor_disturb_their_neighbours(tmp_path: Path, sources: list[bytes]) -> None:
    folder = tmp_path / "in"
    for contrast in ("t1", "t2", "stir"):
        write_series(folder, contrast)
    good = uid("study")
    (clean,) = scan(folder).studies
    expected = [(series.key, series.role) for series in choose_series(clean, policy=load_policy()).used]
    rng = random.Random(20260102)
    for number in range(SEEDS):
        (folder / f"bad{number}").write_bytes(corrupt(rng.choice(sources), rng))
    start = time.process_time()
    found = scan(folder, index=tmp_path / "index")
    assert time.process_time() - start < 30
    assert scan(folder, index=tmp_path / "index") == found
    images = {frame.path for study in found.studies for series in study.series for frame in series.frames}
    assert len(images) + len(found.skipped) == SEEDS + 15
    for study in found.studies:
        inspect_study(study, policy=load_policy())
    # A victim of another patient or study may claim anything but the good study's own instances.
    (kept,) = (study for study in found.studies if study.study_instance_uid == good)
    own = [series for series in kept.series if all("bad" not in Path(frame.path).name for frame in series.frames)]
    assert {(series.key, series.role) for series in own} >= set(expected)
