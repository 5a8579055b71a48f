"""An output folder that an older version wrote."""

import datetime
import json
from pathlib import Path

from pipelines.batch.job import Settings
from pipelines.batch.output_store import open_output_store
from pipelines.batch.run_folders import run_folders
from tests.phantom_oracle import Phantom
from tests.reports.test_upgrade import output_of
from vcfimg.policy import load_policy


def test_every_result_is_known(tmp_path: Path) -> None:
    uids = output_of("1.0", tmp_path)
    with open_output_store(tmp_path) as index:
        known = {uid: index.known(uid) for uid in uids}
    assert sorted(entry.status for entry in known.values() if entry) == ["failed", "no_spine_series", "ok", "ok", "ok"]


def test_next_run_lists_them_all(in_process: Phantom, tmp_path: Path) -> None:
    uids = output_of("1.0", tmp_path)
    settings = Settings(
        tmp_path,
        load_policy(),
        datetime.date(2026, 1, 10),
        formats=("json",),
        segmenter=in_process,
    )
    run_folders([in_process.folder], settings, show_progress=False)
    worklist = json.loads((tmp_path / "worklist.json").read_text("utf-8"))
    listed = {one["study"]["study_instance_uid"]: one["status"] for one in worklist["studies"]}
    assert len(listed) == len(uids) + 1
    assert set(uids) < set(listed)
    assert worklist["problems"] == []
