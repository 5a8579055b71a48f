import contextlib
import os
import time

import pytest

from pipelines.batch.time_limits import StudyTimeout, share_cores, time_limit


@pytest.mark.parametrize(("workers", "cores", "threads"), [(1, 8, 8), (2, 8, 4), (3, 8, 2), (8, 8, 1), (16, 8, 1)])
def test_processes_share_the_cores(monkeypatch: pytest.MonkeyPatch, workers: int, cores: int, threads: int):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VCFIMG_THREADS"):
        monkeypatch.setenv(name, "99")
    monkeypatch.setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "99")
    assert share_cores(workers, cores) == threads
    assert os.environ["VCFIMG_THREADS"] == str(threads)
    assert os.environ["OMP_NUM_THREADS"] == str(threads)


def test_time_limit_raises_in_python_code():
    with pytest.raises(StudyTimeout), time_limit(0.05):
        time.sleep(5)


def test_time_limit_leaves_nothing_behind():
    with time_limit(0.05):
        pass
    time.sleep(0.1)


def decode() -> None:
    """A library that makes every error its own."""
    try:
        time.sleep(5)
    except Exception as error:
        raise ValueError("damaged") from error


def test_library_that_wraps_errors_does_not_wrap_the_timeout():
    with pytest.raises(StudyTimeout), time_limit(0.05):
        decode()


def test_swallowed_timeout_comes_at_the_end():
    with pytest.raises(StudyTimeout), time_limit(0.05), contextlib.suppress(StudyTimeout):
        time.sleep(5)


def test_swallowed_timeout_comes_again():
    began = time.monotonic()
    with pytest.raises(StudyTimeout), time_limit(0.05):
        swallow_once()
    assert time.monotonic() - began < 10


def swallow_once() -> None:
    with contextlib.suppress(StudyTimeout):
        time.sleep(20)
    time.sleep(20)
