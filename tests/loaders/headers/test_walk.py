import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from vcfimg.loaders.headers.walk import FoundFile, walk
from vcfimg.loaders.study import SkippedFile


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(found: list[FoundFile | SkippedFile]) -> list[str]:
    return [Path(item.path).name for item in found]


def test_finds_files_of_any_name_and_depth(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "b" / "c" / "IM 0001")
    touch(tmp_path / ".hidden")
    touch(tmp_path / "a" / "x.dcm.bak")
    assert sorted(names(list(walk([tmp_path])))) == [".hidden", "IM 0001", "x.dcm.bak"]


def test_order_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("b/2", "a/9", "c", "a/1"):
        touch(tmp_path / name)
    assert names(list(walk([tmp_path]))) == ["c", "1", "9", "2"]


def test_a_file_may_be_given_itself(tmp_path: Path) -> None:
    file = touch(tmp_path / "one")
    assert list(walk([file])) == [FoundFile.of(str(file), file.stat())]


def test_a_file_reached_twice_is_found_once(tmp_path: Path) -> None:
    file = touch(tmp_path / "one")
    assert names(list(walk([tmp_path, file, tmp_path]))) == ["one"]


def test_link_loop_ends(tmp_path: Path) -> None:
    touch(tmp_path / "a" / "one")
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    assert names(list(walk([tmp_path]))) == ["one"]


def test_link_to_itself_is_counted(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert [item.reason for item in walk([tmp_path])] == ["link_loop"]  # type: ignore[union-attr]


def test_dangling_link_is_counted(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert [item.reason for item in walk([tmp_path])] == ["link_loop"]  # type: ignore[union-attr]


def test_linked_folder_is_followed_once(tmp_path: Path) -> None:
    touch(tmp_path / "real" / "one")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert names(list(walk([tmp_path]))) == ["one"]


def test_missing_path_is_counted(tmp_path: Path) -> None:
    assert list(walk([tmp_path / "nothing"])) == [SkippedFile(str(tmp_path / "nothing"), "not_found")]


def test_empty_file_is_counted(tmp_path: Path) -> None:
    touch(tmp_path / "empty", b"")
    assert [item.reason for item in walk([tmp_path])] == ["empty_file"]  # type: ignore[union-attr]


def test_pipe_and_socket_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(str(tmp_path / "socket"))
        except OSError:
            pytest.skip("socket path too long on this system")
        assert [item.reason for item in walk([tmp_path])] == ["special_file"] * 2  # type: ignore[union-attr]


def test_name_that_is_not_text_survives(tmp_path: Path) -> None:
    target = os.fsencode(tmp_path) + b"/\xff\xfe"
    with open(target, "wb") as file:
        file.write(b"x")
    (found,) = walk([tmp_path])
    assert os.fsencode(found.path) == target


def test_link_to_what_may_not_be_looked_at_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost drive behind a link is not a broken link."""
    (tmp_path / "real").mkdir()
    link = tmp_path / "in" / "link"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "real", target_is_directory=True)
    stat = os.stat

    def refused(path: Any, *arguments: Any, **options: Any) -> os.stat_result:
        if str(path) == str(link):
            raise OSError(errno.EIO, "Input/output error", str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", refused)
    assert [item.reason for item in walk([link])] == ["unreadable"]  # type: ignore[union-attr]


def test_link_through_a_file_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "file" / "below")
    assert [item.reason for item in walk([tmp_path / "in"])] == ["link_loop"]  # type: ignore[union-attr]


def test_path_through_a_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert [item.reason for item in walk([tmp_path / "file" / "below"])] == ["unreadable"]  # type: ignore[union-attr]
