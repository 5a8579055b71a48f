import pytest

from vcfimg.errors import ReportError
from vcfimg.reports import check_formats


def test_known_formats_are_kept_once() -> None:
    assert check_formats(["JSON", "html ", "json"]) == ("json", "html")


@pytest.mark.parametrize("name", ["seg", "sr", "sc", "fhir", "pdf", ""])
def test_other_formats_are_not_available(name: str) -> None:
    with pytest.raises(ReportError, match=repr(name)) as caught:
        check_formats(["json", name])
    assert caught.value.code == "format_not_available"
