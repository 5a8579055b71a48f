from pipelines.batch.skipped import assign_skipped
from vcfimg.loaders.study import Frame, Header, ScanResult, Series, SkippedFile, Study


def study(uid: str, *paths: str) -> Study:
    frames = tuple(Frame(path, f"{uid}.{number}", None) for number, path in enumerate(paths))
    return Study(uid, (Series(uid, f"{uid}.9", frames, Header()),))


def assigned(*skipped: str) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    studies = (study("1", "/in/a/t2/1.dcm", "/in/a/stir/1.dcm"), study("2", "/in/b/1.dcm"), study("3", "/in/b/2.dcm"))
    return assign_skipped(ScanResult(studies, tuple(SkippedFile(path, "not_dicom") for path in skipped)))


def test_file_beside_or_above_the_images_belongs_to_the_study():
    assert assigned("/in/a/t2/x", "/in/a/x", "/in/a/notes/deep/x") == ({"1": {"not_dicom": 3}}, {})


def test_file_between_studies_belongs_to_none():
    assert assigned("/in/x", "/in/b/x", "/in/c/x", "/elsewhere/x") == ({}, {"not_dicom": 4})
