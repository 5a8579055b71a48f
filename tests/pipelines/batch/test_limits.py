import os

import pytest

from pipelines.batch.limits import share_cores


@pytest.mark.parametrize(("workers", "cores", "threads"), [(1, 8, 8), (2, 8, 4), (3, 8, 2), (8, 8, 1), (16, 8, 1)])
def test_processes_share_the_cores(monkeypatch: pytest.MonkeyPatch, workers: int, cores: int, threads: int):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VCFIMG_THREADS"):
        monkeypatch.setenv(name, "99")
    monkeypatch.setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "99")
    assert share_cores(workers, cores) == threads
    assert os.environ["VCFIMG_THREADS"] == str(threads)
    assert os.environ["OMP_NUM_THREADS"] == str(threads)
