import hashlib

import pytest

from vcfimg.reports.paths import study_folder_name


@pytest.mark.parametrize("uid", ["1.2.840.10008", "1", "9" * 64])
def test_a_plain_uid_is_its_own_folder(uid: str) -> None:
    assert study_folder_name(uid) == uid


@pytest.mark.parametrize(
    "uid", ["", ".", "..", "....", "../../etc", "1/2", "1.2\n", "9" * 65, "१.२", "C:\\x", "a", " 1.2", "1.2\0", "-rf"]
)
def test_anything_else_becomes_a_hash(uid: str) -> None:
    assert study_folder_name(uid) == "sha256-" + hashlib.sha256(uid.encode()).hexdigest()


def test_undecodable_bytes_have_a_folder_too() -> None:
    assert study_folder_name("1.2\udcff").startswith("sha256-")
