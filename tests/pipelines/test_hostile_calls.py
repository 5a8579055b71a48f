"""What the command line is given may be impossible: a named refusal, never an "unexpected" error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom
from vcfimg.errors import ReportError
from vcfimg.reports import read_result

AS_OF = ("--as-of", "2026-01-10")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seconds", ["inf", "nan", "1e300", "-1"])
def test_a_time_limit_is_a_number_of_seconds(run, tmp_path: Path, seconds: str) -> None:
    done = run("screen", tmp_path, "--out", tmp_path / "out", "--timeout", seconds)
    assert done.exit_code == 2
    assert "--timeout" in done.output


@pytest.mark.parametrize("share", ["nan", "inf"])
def test_a_share_is_a_number(run, tmp_path: Path, share: str) -> None:
    assert run("phantom", "--out", tmp_path, "--pathology", share).exit_code == 2


@pytest.mark.parametrize("path", ["headers.sqlite", "index.sqlite"])
def test_an_unusable_index_is_done_without(run, in_process: Phantom, tmp_path: Path, path: str) -> None:
    (tmp_path / ".vcfimg" / path / "in the way").mkdir(parents=True)
    done = run("screen", in_process.folder, "--out", tmp_path, *AS_OF)
    assert done.exit_code == 0, done.output
    assert "index not usable" in done.output


def call(*arguments: object, redirect: str = "") -> subprocess.CompletedProcess[str]:
    words = " ".join(f"'{one}'" for one in (sys.executable, "-m", "pipelines.cli", *arguments))
    code = words.replace("'-m' 'pipelines.cli'", "-c 'from pipelines.cli import main; main()'")
    return subprocess.run(["bash", "-c", f"{code} {redirect}"], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("redirect", ["2>&-", "2>/dev/full"])
def test_a_closed_or_full_standard_error_changes_nothing(tmp_path: Path, redirect: str) -> None:
    (tmp_path / "in").mkdir()
    done = call("policy", "check", tmp_path / "none.toml", redirect=redirect)
    assert done.returncode == 2
    assert done.stdout == ""


def edited(run, in_process: Phantom, folder: Path) -> tuple[Path, dict]:
    assert run("screen", in_process.folder, "--out", folder, *AS_OF).exit_code == 0
    path = next((folder / "studies").glob("*/result.json"))
    return path, json.loads(path.read_text())


def test_an_edited_result_is_refused_by_name(run, in_process: Phantom, tmp_path: Path) -> None:
    path, document = edited(run, in_process, tmp_path)

    def refused(change, word: str) -> None:
        copy = json.loads(json.dumps(document))
        change(copy)
        path.write_text(json.dumps(copy))
        with pytest.raises(ReportError, match=word) as found:
            read_result(path)
        assert found.value.code == "result_invalid"

    refused(lambda one: one["study"].update(study_date="2026-13-40"), "study_date")
    refused(lambda one: one["provenance"].update(as_of="soon"), "as_of")
    refused(lambda one: one["vertebrae"].append(one["vertebrae"][0]), "occurs twice")
    refused(lambda one: one["raw"]["vertebrae"].append(one["raw"]["vertebrae"][0]), "occurs twice")
    refused(lambda one: one["vertebrae"][1]["height_mm"].update(middle=2e9), "no height")
    refused(lambda one: one["vertebrae"][1]["expected_height_mm"].update(posterior=2e9), "no height")
    refused(lambda one: one["raw"]["vertebrae"][1]["height_mm"].update(anterior=-1e12), "no height")
    signals = next(i for i, one in enumerate(document["raw"]["vertebrae"]) if one["signals"])
    refused(lambda one: one["raw"]["vertebrae"][signals]["signals"][0]["grid"][0].pop(), "rows of different lengths")
    del document["recommendations"][0]["trace"][0]["inputs"]
    for step in document["recommendations"][0]["trace"]:
        step["inputs"] = {"age": 1}
    path.write_text(json.dumps(document))
    done = run("explain", path)
    assert done.exit_code == 2
    assert "result_invalid" in done.output


def test_a_file_beyond_the_limit_is_set_aside_unread(tmp_path: Path) -> None:
    from vcfimg.loaders import scan
    from vcfimg.loaders.tolerances import MAX_FILE_BYTES

    huge = tmp_path / "huge.dcm"
    with huge.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)  # sparse
    assert scan([tmp_path]).counts() == {"file_too_large": 1}


def test_a_huge_copy_does_not_displace_the_good_slice(phantom: Phantom, tmp_path: Path) -> None:
    import shutil

    from vcfimg.loaders import scan
    from vcfimg.loaders.tolerances import MAX_FILE_BYTES

    shutil.copytree(phantom.folder, tmp_path / "study")
    good = next(path for path in sorted((tmp_path / "study").rglob("*")) if path.is_file())
    huge = tmp_path / "copy.dcm"
    shutil.copy(good, huge)
    os.truncate(huge, MAX_FILE_BYTES + 1)
    before, after = scan([tmp_path / "study"]), scan([tmp_path])
    assert [one.key for one in after.studies[0].series] == [one.key for one in before.studies[0].series]
    assert str(huge) not in {str(path) for path in _files(after)}
    assert {str(path) for path in _files(after)} == {str(path) for path in _files(before)}


def _files(found) -> list[Path]:
    from vcfimg.loaders.fingerprint import study_files

    return [path for study in found.studies for path in study_files(study)]
