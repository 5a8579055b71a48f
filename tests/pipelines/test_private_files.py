"""Output belongs to its owner alone, unless it is shared with the group."""

import os
import stat
from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom

AS_OF = ("--as-of", "2026-01-10")


def modes(folder: Path) -> set[str]:
    return {
        f"{'d' if path.is_dir() else 'f'}{stat.S_IMODE(path.stat().st_mode):o}" for path in (folder, *folder.rglob("*"))
    }


@pytest.fixture(autouse=True)
def open_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_output_is_private_whatever_the_account_allows(run, in_process: Phantom, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("screen", in_process.folder, "--out", out, *AS_OF).exit_code == 0
    assert modes(out) == {"d700", "f600"}
    assert os.umask(0o022) == 0o022


def test_shared_output_opens_to_the_group_and_closes_again(run, in_process: Phantom, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("screen", in_process.folder, "--out", out, *AS_OF).exit_code == 0
    assert run("screen", in_process.folder, "--out", out, "--shared", *AS_OF).exit_code == 0
    assert modes(out) == {"d770", "f660"}
    assert run("screen", in_process.folder, "--out", out, *AS_OF).exit_code == 0
    assert modes(out) == {"d700", "f600"}


def test_a_folder_of_other_things_keeps_its_mode(run, in_process: Phantom, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    tmp_path.chmod(0o755)
    assert run("screen", in_process.folder, "--out", tmp_path, *AS_OF).exit_code == 0
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "notes.txt").stat().st_mode) == 0o644
    assert modes(tmp_path / "studies") | modes(tmp_path / ".vcfimg") == {"d700", "f600"}


def test_pictures_of_inspect_are_private(run, in_process: Phantom, tmp_path: Path) -> None:
    run("inspect", in_process.folder, "--sheet", tmp_path / "sheets")
    assert modes(tmp_path / "sheets") == {"d700", "f600"}


def test_half_written_files_of_a_killed_run_are_removed(run, in_process: Phantom, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("screen", in_process.folder, "--out", out, *AS_OF).exit_code == 0
    study = next((out / "studies").iterdir())
    stale = [place / ".figures.json.0123456789ab.tmp" for place in (out, out / ".vcfimg", study)]
    mine = study / "notes.tmp"
    for path in (*stale, mine):
        path.write_text("half an image")
    assert run("screen", in_process.folder, "--out", out, *AS_OF).exit_code == 0
    assert [path for path in stale if path.exists()] == []
    assert mine.exists()
