from vcfimg.loaders.headers.fields import NAMES, SLOT, RawHeader
from vcfimg.loaders.headers.pseudonyms import Seal, seal_name


def raw(**fields: str) -> RawHeader:
    values: list[str | None] = [None] * len(NAMES)
    for name, value in fields.items():
        values[SLOT[name]] = value
    return tuple(values)


def test_name_and_birth_date_are_gone_and_the_rest_is_kept() -> None:
    closed = Seal.fresh().close(raw(patient_name="Doe^Jane", birth_date="19500101", patient_id="P1"))
    assert not {"Doe^Jane", "19500101"} & set(closed)
    assert closed[SLOT["patient_id"]] == "P1"


def test_what_means_the_same_stays_equal() -> None:
    seal = Seal.fresh()
    first = seal.close(raw(patient_name="Doe^Jane", birth_date="19430717"))
    assert seal.close(raw(patient_name="DOE  JANE", birth_date="1943.07.17")) == first
    assert seal.close(raw(patient_name="Doe^Jane", birth_date="19430718")) != first


def test_the_encoding_of_a_name_does_not_matter() -> None:
    seal = Seal.fresh()
    latin = seal.close(raw(patient_name="M\xfcller", charset="ISO_IR 100"))
    utf_8 = seal.close(raw(patient_name="M\xfcller".encode().decode("latin-1"), charset="ISO_IR 192"))
    assert latin[SLOT["patient_name"]] == utf_8[SLOT["patient_name"]]


def test_nothing_can_be_compared_across_seals_or_studies() -> None:
    header = raw(patient_name="Doe^Jane", birth_date="19430717", study_uid="1")
    seal = Seal.fresh()
    closed = seal.close(header)
    assert set(closed).isdisjoint(set(Seal.fresh().close(header)) - {None, "1"})
    assert set(closed).isdisjoint(set(seal.close(raw(patient_name="Doe^Jane", study_uid="2"))) - {None})


def test_a_closed_header_names_its_seal() -> None:
    seal = Seal.fresh()
    assert seal_name(seal.close(raw(birth_date="19430717"))) == seal.name
    assert seal_name(seal.close(raw(study_uid="1"))) is None
