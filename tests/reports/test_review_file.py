import os
from pathlib import Path

import pytest

from tests.reviews.made_reviews import answer
from vcfimg.errors import ReviewError
from vcfimg.reports.review_file import REVIEW_FILE, has_newer_reviews, read_reviews, write_reviews


def test_what_is_written_comes_back(tmp_path: Path):
    reviews = (answer("fact", {"field": "pain_vas", "value": 8}), answer("sign_off", "0" * 64))
    write_reviews(tmp_path, reviews)
    assert read_reviews(tmp_path) == reviews


def test_no_file_is_no_answer(tmp_path: Path):
    assert read_reviews(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "{}", "[", '[{"author": "x"}]'])
def test_a_damaged_file_is_never_taken_for_empty(tmp_path: Path, text: str):
    (tmp_path / REVIEW_FILE).write_text(text)
    with pytest.raises(ReviewError) as caught:
        read_reviews(tmp_path)
    assert caught.value.code == "reviews_unreadable"


def test_answers_are_newer_only_when_written_after_the_result(tmp_path: Path):
    assert not has_newer_reviews(tmp_path)
    result = tmp_path / "result.json"
    result.write_text("{}")
    path = write_reviews(tmp_path, ())
    os.utime(result, ns=(1, 1))
    assert has_newer_reviews(tmp_path)
    os.utime(path, ns=(1, 1))
    assert not has_newer_reviews(tmp_path)
