import datetime
from pathlib import Path

from tests.phantom_oracle import Phantom
from tests.reports.objects.written import FORMATS, Written, write_objects
from vcfimg.clinical.inputs import ClinicalInputs
from vcfimg.policy import load_policy
from vcfimg.reports import write
from vcfimg.reports.objects.object_identity import read_ledger
from vcfimg.screening.undecided import decide_or_fail

NAMES = ("seg.dcm", "sr.dcm", "sc.dcm", "gsps.dcm", "pdf.dcm")


def contents(written: Written) -> dict[str, bytes]:
    return {name: (written.folder / name).read_bytes() for name in NAMES}


def test_written_again_is_the_same_to_the_last_byte(phantom: Phantom, tmp_path: Path) -> None:
    """A later look at the same images too, on a later day."""
    written = write_objects(phantom, tmp_path)
    first = contents(written)
    later = written.result.provenance.model_copy(update={"started": "2031-05-05T10:00:00+00:00", "seconds": 99.0})
    write(written.result.model_copy(update={"provenance": later}), tmp_path, formats=FORMATS)
    again = contents(written)
    assert [name for name in NAMES if again[name] != first[name]] == []


def test_new_decision_needs_no_image_and_names_what_it_replaces(phantom: Phantom, tmp_path: Path) -> None:
    written = write_objects(phantom, tmp_path)
    before = {name: written.read(name) for name in NAMES}
    decided = decide_or_fail(
        written.result.findings,
        clinical=ClinicalInputs(pain_vas=8),
        levels=None,
        policy=load_policy(),
        as_of=datetime.date(2026, 1, 10),
    )
    write(decided, tmp_path, formats=FORMATS)
    after = {name: written.read(name) for name in NAMES}
    assert all(after[name].SOPInstanceUID != before[name].SOPInstanceUID for name in NAMES)
    predecessor = after["sr.dcm"].PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence[0]
    assert predecessor.ReferencedSOPInstanceUID == before["sr.dcm"].SOPInstanceUID
    assert before["sc.dcm"].SOPInstanceUID in after["sc.dcm"].DerivationDescription


def test_failed_study_has_no_object(written: Written, tmp_path: Path) -> None:
    failed = written.result.model_copy(update={"status": "failed"})
    made = write(failed, tmp_path, formats=FORMATS)
    assert not set(NAMES) & set(made)
    folder = tmp_path / "studies" / failed.study.study_instance_uid
    assert set(read_ledger(folder).nothing) == set(FORMATS)


def test_patient_study_and_frame_are_those_of_the_images(written: Written) -> None:
    for name in NAMES:
        one = written.read(name)
        assert (one.PatientID, one.StudyInstanceUID) == ("ID-SECRET-7", written.result.study.study_instance_uid)
    assert written.read("seg.dcm").FrameOfReferenceUID == written.result.frame_of_reference_uid
    assert written.read("sc.dcm").BurnedInAnnotation == "NO"
