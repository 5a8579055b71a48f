from pathlib import Path

import pytest

from vcfimg.errors import ReportError
from vcfimg.reports.atomic import atomic_writer, write_atomic


def test_text_is_written_as_utf8(tmp_path: Path) -> None:
    assert write_atomic(tmp_path / "deep" / "a.txt", "±é").read_bytes() == "±é".encode()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = write_atomic(tmp_path / "a.txt", "old")

    def fail_half_way() -> None:
        with atomic_writer(target) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_refusing_file_system_has_a_code(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ReportError) as caught:
        write_atomic(tmp_path / "file" / "a.txt", "x")
    assert caught.value.code == "write_failed"


def test_the_new_file_is_readable_by_others_as_the_umask_allows(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("x")
    assert write_atomic(tmp_path / "a", "x").stat().st_mode == plain.stat().st_mode
