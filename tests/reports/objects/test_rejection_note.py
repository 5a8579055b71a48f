from pathlib import Path

import pytest

from tests.phantom_oracle import Phantom
from tests.reports.objects.written import faults, write_objects
from vcfimg.errors import ReportError
from vcfimg.reports import write
from vcfimg.reports.objects.rejection_note import retract


def test_note_names_every_object_and_new_ones_are_others(phantom: Phantom, tmp_path: Path) -> None:
    written = write_objects(phantom, tmp_path)
    names = ("seg.dcm", "sr.dcm", "sc.dcm", "gsps.dcm", "pdf.dcm")
    made = {written.read(name).SOPInstanceUID for name in names}
    path = retract(written.result, written.folder)
    assert faults(path) == []
    note = written.read(path.name)
    series = note.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    assert {one.ReferencedSOPInstanceUID for item in series for one in item.ReferencedSOPSequence} == made
    assert note.ConceptNameCodeSequence[0].CodeValue == "113001"
    first = path.read_bytes()
    assert retract(written.result, written.folder).read_bytes() == first
    write(written.result, tmp_path, formats=("seg", "sr"))
    assert written.read("sr.dcm").SOPInstanceUID not in made


def test_study_without_objects_has_nothing_to_retract(phantom: Phantom, tmp_path: Path) -> None:
    written = write_objects(phantom, tmp_path / "a")
    with pytest.raises(ReportError, match="no DICOM object"):
        retract(written.result, tmp_path)
