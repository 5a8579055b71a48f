import tracemalloc
import zlib
from types import SimpleNamespace

import pydicom
import pytest

from tests.loaders.written_stacks import write_stack
from vcfimg.errors import LoadError
from vcfimg.loaders.pixels import dataset
from vcfimg.loaders.pixels.dataset import inflate, read_dataset
from vcfimg.loaders.pixels.size_limits import Limits


def raw_deflate(data):
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


def test_inflate_gives_back_what_was_deflated():
    assert inflate(raw_deflate(b"spine" * 1000)) == b"spine" * 1000


def test_bomb_is_refused_at_the_ratio():
    bomb = raw_deflate(bytes(64 << 20))
    with pytest.raises(LoadError) as caught:
        inflate(bomb, Limits(inflation_floor_bytes=1 << 20))
    assert caught.value.code == "inflation_limit"


def test_bomb_is_refused_at_the_size():
    with pytest.raises(LoadError, match="more than 1000 bytes"):
        inflate(raw_deflate(bytes(2000)), Limits(inflated_bytes=1000))


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"\xff" + data[1:]])
def test_damaged_stream_is_refused(damage):
    with pytest.raises(LoadError) as caught:
        inflate(damage(raw_deflate(b"spine" * 1000)))
    assert caught.value.code == "truncated_file"


def test_deflated_file_equals_plain_one(tmp_path):
    plain = write_stack(tmp_path / "plain", encoding="explicit")[0]
    packed = write_stack(tmp_path / "packed", encoding="deflated")[0]
    assert packed.stat().st_size < plain.stat().st_size
    expected, found = pydicom.dcmread(plain), read_dataset(packed)
    assert found.PixelData == expected.PixelData
    assert found.file_meta.TransferSyntaxUID == expected.file_meta.TransferSyntaxUID


@pytest.mark.parametrize("encoding", ["explicit", "deflated"])
def test_bomb_without_preamble_is_refused_too(tmp_path, encoding):
    whole = write_stack(tmp_path, encoding=encoding)[0].read_bytes()
    bare = tmp_path / "bare"
    bare.write_bytes(whole[132:])
    assert read_dataset(bare).Rows == 48
    if encoding == "deflated":
        with pytest.raises(LoadError) as caught:
            read_dataset(bare, Limits(inflated_bytes=1000))
        assert caught.value.code == "inflation_limit"


def test_large_file_is_refused_unread(tmp_path):
    file = write_stack(tmp_path)[0]
    with pytest.raises(LoadError) as caught:
        read_dataset(file, Limits(file_bytes=1000))
    assert caught.value.code == "file_too_large"


def test_reading_takes_no_more_memory_than_the_file_has(tmp_path):
    file = write_stack(tmp_path)[0]
    read_dataset(file)
    tracemalloc.start()
    try:
        read_dataset(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * file.stat().st_size + 1_000_000


def test_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    file = write_stack(tmp_path)[0]
    size = file.stat().st_size
    monkeypatch.setattr(dataset.os, "fstat", lambda descriptor: SimpleNamespace(st_size=size - 2))
    with pytest.raises(LoadError) as caught:
        read_dataset(file)
    assert caught.value.code == "changed_file"


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(LoadError) as caught:
        read_dataset(tmp_path / "gone.dcm")
    assert caught.value.code == "unreadable_file"
    assert str(tmp_path) not in caught.value.message


def test_warnings_with_header_values_are_silenced(tmp_path, recwarn, caplog):
    file = write_stack(tmp_path)[0]
    data = file.read_bytes().replace(b"19500101", b"NOTADATE")
    file.write_bytes(data)
    read_dataset(file)
    assert not recwarn.list
    assert not caplog.records
