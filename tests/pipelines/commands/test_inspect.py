import json
from pathlib import Path

import pytest

from pipelines.batch.job import Settings
from pipelines.batch.keys import images_key
from tests.phantom_oracle import Phantom
from vcfimg.policy import load_policy


def test_sheet_draws_every_series(run, phantom: Phantom, tmp_path: Path):
    assert run("inspect", phantom.folder, "--sheet", tmp_path / "sheets").exit_code == 0
    (sheet,) = (tmp_path / "sheets").glob("*.svg")
    text = sheet.read_text("utf-8")
    assert text.count("<image ") == 2
    assert "SECRET" not in text


def test_site_words_are_listened_to(run, phantom: Phantom, tmp_path: Path):
    (tmp_path / "words.toml").write_text('[localizer]\nwords = ["tse"]\n')
    found = json.loads(run("inspect", phantom.folder, "--json", "--site-words", tmp_path / "words.toml").stdout)
    plain = json.loads(run("inspect", phantom.folder, "--json").stdout)
    assert found["studies"][0]["series"] != plain["studies"][0]["series"]


def test_files_left_aside_are_named(run, phantom: Phantom):
    found = json.loads(run("inspect", phantom.folder, "--json").stdout)
    assert found["skipped"] == [{"input": str(phantom.folder), "path": "truth.json", "reason": "not_dicom"}]
    assert found["skipped_files"] == {"not_dicom": 1}


@pytest.mark.parametrize("command", [("inspect",), ("screen", "--out", "out"), ("worklist", "--out", "out")])
def test_unusable_word_file_is_exit_2(run, in_process, tmp_path: Path, monkeypatch, command: tuple[str, ...]):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.toml").write_text("[no_such_list]\nwords = []\n")
    done = run(command[0], in_process.folder, *command[1:], "--site-words", tmp_path / "words.toml")
    assert done.exit_code == 2
    assert "site_words_invalid" in done.stderr


def test_changed_words_ask_for_the_images_again(tmp_path: Path):
    words = tmp_path / "words.toml"
    keys = {images_key(Settings(tmp_path, load_policy(), None))}
    for text in ("", '[stir]\nwords = ["x"]\n'):
        words.write_text(text)
        keys.add(images_key(Settings(tmp_path, load_policy(), None, site_words=words)))
    assert len(keys) == 3
