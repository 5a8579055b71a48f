"""Which Patient a resource speaks of."""

from typing import Any

import pytest

from vcfimg.clinical.fhir.fhir_facts import Facts
from vcfimg.clinical.fhir.fhir_references import Patients

SERVER = "https://one.example/fhir"
UUID = "urn:uuid:61EBE359-bfdc-4613-8bf2-c5e300945f0a"


def person() -> Facts:
    return Facts([], {}, [], [])


FIRST, SECOND, THIRD = person(), person(), person()


@pytest.fixture
def patients() -> Patients:
    known = Patients()
    assert known.add(FIRST, {"fullUrl": f"{SERVER}/Patient/1"}, {"id": "1", "identifier": [{"value": "MRN 7"}]})
    assert known.add(SECOND, {"fullUrl": "https://two.example/fhir/Patient/1"}, {"id": "1"})
    assert known.add(THIRD, {"fullUrl": UUID}, {"id": "3"})
    return known


@pytest.mark.parametrize(
    ("full_url", "subject", "expected"),
    [
        (f"{SERVER}/Condition/9", {"reference": "Patient/1"}, FIRST),
        ("https://two.example/fhir/Condition/9", {"reference": "Patient/1"}, SECOND),
        (None, {"reference": "Patient/1"}, None),
        (None, {"reference": f"{SERVER}/Patient/1/_history/4"}, FIRST),
        (f"{SERVER}/Condition/9", {"reference": "Patient/1/_history/4"}, FIRST),
        (None, {"reference": UUID.upper().replace("URN:UUID", "urn:uuid")}, THIRD),
        (None, {"reference": UUID.lower()}, THIRD),
        ("urn:uuid:5", {"reference": "Patient/3"}, THIRD),
        (None, {"identifier": {"value": "mrn7"}}, FIRST),
        (None, {"reference": "https://three.example/fhir/Patient/3"}, THIRD),
        (None, {"reference": "Group/3"}, None),
        (None, {"display": "somebody"}, None),
        (None, None, None),
    ],
)
def test_reference(patients: Patients, full_url: str | None, subject: Any, expected: Facts | None) -> None:
    entry = {} if full_url is None else {"fullUrl": full_url}
    for name in ("subject", "patient"):
        assert patients.of(entry, {name: subject}) is expected


def test_one_address_for_two_is_told() -> None:
    known = Patients()
    assert known.add(person(), {}, {"id": "1"})
    assert not known.add(person(), {}, {"id": "1"})
