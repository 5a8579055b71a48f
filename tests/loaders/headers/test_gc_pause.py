import gc

import pytest

from vcfimg.loaders.headers.gc_pause import without_collector


def test_the_collector_rests_inside_and_works_again_afterwards():
    assert gc.isenabled()
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_inside_switches_it_on_again():
    with pytest.raises(ValueError, match="broken"), without_collector():
        raise ValueError("broken")
    assert gc.isenabled()


def test_a_caller_who_switched_it_off_finds_it_off():
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
