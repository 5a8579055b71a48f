"""Work shared between threads comes back in order, and a limit is kept."""

import threading

import pytest

from vcfimg.imaging.threads import in_threads, threads


def test_results_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCFIMG_THREADS", "3")
    assert in_threads(lambda x: x * x, range(50)) == [x * x for x in range(50)]


def test_one_thread_is_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCFIMG_THREADS", "1")
    assert threads() == 1
    assert set(in_threads(lambda _: threading.get_ident(), range(4))) == {threading.get_ident()}


def test_without_a_limit_a_few_cores_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VCFIMG_THREADS", raising=False)
    assert 1 <= threads() <= 4


def test_an_error_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCFIMG_THREADS", "2")
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda x: 1 // x, [1, 0])
