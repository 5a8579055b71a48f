"""The rejection note of IHE IOCM: a key object selection that asks an archive to hide objects of ours."""

from pathlib import Path
from typing import Any, Final

from vcfimg.errors import ReportError
from vcfimg.reports.objects.codes import REJECTED_QUALITY
from vcfimg.reports.objects.dicom_parts import UNICODE, concept, equipment, finish, observer, store
from vcfimg.reports.objects.kept_images import load_images
from vcfimg.reports.objects.object_identity import Identity, Reference, derived_uid, read_ledger, write_ledger
from vcfimg.reports.objects.references import reference_dataset
from vcfimg.result import ScreeningResult

RETRACTION: Final = "retraction.dcm"
KEY_OBJECTS: Final = "1.2.840.10008.5.1.4.1.1.88.59"


def retract(result: ScreeningResult, folder: Path) -> Path:
    """Write the note on every object of this study, those replaced before included.

    The same objects give the same note. What is written of the study later gets other identifiers.

    Raises
    ------
    ReportError
        ``nothing_to_retract``: the study has no object; ``references_not_kept``: what was kept of its images is gone;
        ``write_failed``.
    """
    ledger = read_ledger(folder)
    made = [one.object for one in ledger.objects]
    objects = tuple({one.sop_instance_uid: one for one in (*ledger.retracted, *ledger.replaced, *made)}.values())
    if not objects:
        raise ReportError("nothing_to_retract", "no DICOM object was written of this study")
    kept = load_images(result, folder)
    if kept is None:
        raise ReportError(
            "references_not_kept", "the headers kept of the images are missing; screen the study with --format seg"
        )
    note = build_note(result, kept.any_header, objects)
    path = store(note, folder / RETRACTION)
    write_ledger(ledger.model_copy(update={"retracted": objects, "replaced": ()}), folder)
    return path


def build_note(result: ScreeningResult, header: Any, objects: tuple[Reference, ...]) -> Any:
    """The note as a pydicom data set."""
    import highdicom as hd

    names = sorted(one.sop_instance_uid for one in objects)
    study = result.study.study_instance_uid
    identity = Identity(
        format="reject",
        content_sha256="",
        object=Reference(
            sop_class_uid=KEY_OBJECTS,
            sop_instance_uid=derived_uid("reject", study, *names),
            series_instance_uid=derived_uid("reject series", study, *names),
        ),
        started=result.provenance.started,
        as_of=result.provenance.as_of,
    )
    evidence = [reference_dataset(one, header) for one in objects]
    content = hd.ko.KeyObjectSelection(
        document_title=concept(REJECTED_QUALITY),
        referenced_objects=evidence,
        observer_device_context=observer(result),
        description="Retracted: do not use these results",
    )
    note = hd.ko.KeyObjectSelectionDocument(
        evidence=evidence, content=content, specific_character_set=UNICODE, **equipment(identity)
    )
    return finish(note, identity, result)
