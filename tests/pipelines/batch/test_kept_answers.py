"""What people said about a study outlives every further run."""

import datetime
from pathlib import Path

from pipelines.batch.executor import InThisProcess
from pipelines.batch.job import Settings
from pipelines.batch.run_folders import run_folders
from tests.phantom_oracle import Phantom
from tests.reviews.made_reviews import answer
from vcfimg.policy import load_policy
from vcfimg.reports import read_result
from vcfimg.reports.paths import STUDIES
from vcfimg.reports.review_file import write_reviews


def test_answers_beside_a_result_count_in_the_next_run_and_when_the_result_is_lost(in_process: Phantom, tmp_path: Path):
    settings = Settings(tmp_path, load_policy(), datetime.date(2026, 1, 10), segmenter=in_process)
    run_folders([in_process.folder], settings, executor=InThisProcess())
    (folder,) = (tmp_path / STUDIES).iterdir()
    raw = read_result(folder).raw
    assert raw is not None
    given = (answer("reject", "measurement", raw, raw.vertebrae[2].id),)
    write_reviews(folder, given)
    for lost in (False, True):
        if lost:
            (folder / "result.json").unlink()
        run_folders([in_process.folder], settings, executor=InThisProcess())
        result = read_result(folder)
        assert result.reviews == given
        assert "rejected_by_reader" in result.vertebrae[2].quality.reasons
