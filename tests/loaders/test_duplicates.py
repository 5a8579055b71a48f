from pathlib import Path

from tests.loaders.mr_files import mr, write, write_series
from vcfimg.loaders import scan
from vcfimg.loaders.choose import choose_series


def test_copies_are_counted_and_left_aside(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_series(tmp_path / folder)
    found = scan(tmp_path)
    assert found.counts() == {"duplicate": 5}
    assert len(found.studies[0].series[0].frames) == 5


def test_the_first_in_path_order_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "b", mr())
    write(tmp_path / "a", mr())
    found = scan(tmp_path)
    assert [Path(file.path).name for file in found.skipped] == ["b"]


def test_the_same_image_sent_again_with_another_header_is_told_apart_from_a_copy(tmp_path: Path) -> None:
    write(tmp_path / "a", mr())
    write(tmp_path / "b", mr(SeriesDescription="t2 sag corrected"))
    found = scan(tmp_path)
    assert found.counts() == {"duplicate_differs": 1}
    assert found.studies[0].series[0].problems == ()


def test_other_pixels_under_the_same_uid_differ(tmp_path: Path) -> None:
    write(tmp_path / "a", mr())
    write(tmp_path / "b", mr(PixelData=b"\x01\x00" * 256))
    assert scan(tmp_path).counts() == {"duplicate_differs": 1}


def test_images_of_different_places_under_one_uid_make_the_series_unusable(tmp_path: Path) -> None:
    write_series(tmp_path / "good", "t1")
    write_series(tmp_path / "bad", "t2", SOPInstanceUID="1.2.3")
    found = scan(tmp_path)
    assert found.counts() == {"duplicate_differs": 4}
    choice = choose_series(found.studies[0])
    assert [series.role for series in choice.used] == ["t1"]
    (refused,) = (info for info in choice.series if info.role == "t2")
    assert refused.code == "duplicate_conflict"


def test_a_damaged_copy_does_not_replace_the_good_file(tmp_path: Path) -> None:
    write_series(tmp_path / "good", "t2")
    clean = scan(tmp_path)
    original = (tmp_path / "good" / "t2" / "002").read_bytes()
    # sorted before the good file, its orientation damaged
    (tmp_path / "bad").write_bytes(original.replace(b"0.0\\1.0\\0.0\\0.0\\0.0\\-1.0", b"0.0\\1.0\\0.0\\0.5\\0.0\\-1.0"))
    found = scan(tmp_path)
    assert found.studies == clean.studies
    assert [(Path(file.path).name, file.reason) for file in found.skipped] == [("bad", "duplicate_differs")]
