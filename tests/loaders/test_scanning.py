import shutil
import tracemalloc
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.loaders.mr_files import mr, uid, write, write_series
from vcfimg.errors import LoadError
from vcfimg.loaders import scan
from vcfimg.loaders.headers import batches as reading
from vcfimg.loaders.study import ScanResult


def seen(result: ScanResult) -> object:
    """What must not depend on how files are named or read."""
    return [
        (series.key, series.role, [frame.position for frame in series.frames])
        for study in result.studies
        for series in study.series
    ]


def test_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert scan(tmp_path) == ScanResult()


def test_one_path_or_many(tmp_path: Path) -> None:
    write_series(tmp_path / "a", "t1")
    write_series(tmp_path / "b", "t2")
    assert seen(scan([tmp_path / "a", tmp_path / "b"])) == seen(scan(tmp_path)) == seen(scan(str(tmp_path)))


def test_several_processes_give_the_same_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for contrast in ("t1", "t2", "stir"):
        write_series(tmp_path, contrast)
    (tmp_path / "junk").write_bytes(b"junk")
    monkeypatch.setattr(reading, "PARALLEL_FROM", 1)
    monkeypatch.setattr(reading, "CHUNK", 4)
    assert scan(tmp_path, workers=2) == scan(tmp_path, workers=1)


def test_renaming_and_flattening_changes_nothing(tmp_path: Path) -> None:
    for contrast in ("t1", "t2", "stir"):
        write_series(tmp_path / "a", contrast)
    (tmp_path / "b").mkdir()
    for number, path in enumerate(sorted((tmp_path / "a").rglob("0*"), reverse=True)):
        shutil.copy(path, tmp_path / "b" / f"IMG{number * 7919 % 1000}.bin")
    assert seen(scan(tmp_path / "b")) == seen(scan(tmp_path / "a"))


def test_unrelated_files_are_counted_by_reason_and_disturb_nothing(tmp_path: Path) -> None:
    write_series(tmp_path, "t2")
    clean = seen(scan(tmp_path))
    junk = tmp_path / "t2"
    for number in range(10):
        (junk / f"text{number}.txt").write_text("a note")
        (junk / f"empty{number}").touch()
        write(junk / f"capture{number}", mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID=uid("sc", number)))
        write(junk / f"ct{number}", mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.2", SOPInstanceUID=uid("ct", number)))
        (junk / f"cut{number}").write_bytes((junk / "000").read_bytes()[: 300 + 40 * number])
    found = scan(tmp_path)
    assert seen(found) == clean
    assert found.counts() == {
        "empty_file": 10,
        "not_dicom": 10,
        "other_modality": 10,
        "secondary_capture": 10,
        "truncated": 10,
    }


def test_skipped_files_of_another_patient_do_not_stop_the_study(tmp_path: Path) -> None:
    write_series(tmp_path)
    write(tmp_path / "x", mr(PatientID="P2", SOPClassUID="1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID=uid("sc")))
    assert scan(tmp_path).studies[0].problems == ()


def test_missing_path_is_reported_not_raised(tmp_path: Path) -> None:
    assert scan(tmp_path / "gone").counts() == {"not_found": 1}


def test_site_words_are_added(tmp_path: Path) -> None:
    def unknown(dataset: Dataset, number: int) -> None:
        dataset.SeriesDescription = "WIRBEL_XQ7"
        del dataset.RepetitionTime, dataset.EchoTime

    write_series(tmp_path / "in", change=unknown)
    assert scan(tmp_path / "in").studies[0].series[0].role == "other"
    site = tmp_path / "words.toml"
    site.write_text('[t2]\nwords = ["xq7"]\n')
    assert scan(tmp_path / "in", site_words=site).studies[0].series[0].role == "t2"


@pytest.mark.parametrize(
    "content", ["[colour]\nwords = ['red']\n", "not toml at all", "[t2]\nwords = 'xq7'\n", "[t2]\npatterns = ['(']\n"]
)
def test_invalid_site_words_are_refused(tmp_path: Path, content: str) -> None:
    site = tmp_path / "words.toml"
    site.write_text(content)
    with pytest.raises(LoadError) as caught:
        scan(tmp_path, site_words=site)
    assert caught.value.code == "site_words_invalid"


def test_memory_per_file_is_small(tmp_path: Path) -> None:
    for number in range(8):
        write_series(tmp_path, name=f"series{number}", slices=25)
    scan(tmp_path)
    tracemalloc.start()
    try:
        kept = scan(tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(len(series.frames) for series in kept.studies[0].series) == 200
    assert peak / 200 < 5000  # bytes, most of it the header of the last file


def test_identifiers_that_differ_in_case_and_blanks_alone_agree(tmp_path: Path) -> None:
    write_series(tmp_path, "t1", PatientID="Patient-7", AccessionNumber="a 1")
    write_series(tmp_path, "t2", PatientID="PATIENT-7", AccessionNumber="A 1")
    (study,) = scan(tmp_path).studies
    assert study.problems == ()
    assert (study.patient_id, study.accession_number, study.accession_numbers) == ("PATIENT-7", "A 1", ())
