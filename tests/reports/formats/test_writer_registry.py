import pytest

from vcfimg.errors import ReportError
from vcfimg.reports import check_formats


def test_known_formats_are_kept_once() -> None:
    assert check_formats(["JSON", "html ", "json"]) == ("json", "html")


@pytest.mark.parametrize("name", ["nifti", ""])
def test_other_formats_are_not_available(name: str) -> None:
    with pytest.raises(ReportError, match=repr(name)) as caught:
        check_formats(["json", name])
    assert caught.value.code == "format_not_available"


@pytest.mark.parametrize(
    ("name", "extra"), [("seg", "objects"), ("sr", "objects"), ("sc", "objects"), ("gsps", "objects"), ("fhir", "fhir")]
)
def test_format_whose_library_is_missing_says_how_to_get_it(
    name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vcfimg.reports.formats.object_writer.find_spec", lambda _: None)
    monkeypatch.setattr("vcfimg.reports.formats.fhir_writer.find_spec", lambda _: None)
    with pytest.raises(ReportError, match=rf"vcfimg\[{extra}\]"):
        check_formats([name])


def test_pdf_without_its_library_names_the_packages_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vcfimg.reports.formats.pdf_writer.find_spec", lambda _: None)
    with pytest.raises(ReportError, match=r"libpango-1\.0-0"):
        check_formats(["pdf"])
