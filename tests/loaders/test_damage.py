import ast
import logging
import warnings
from pathlib import Path

import pytest

import vcfimg
from vcfimg.errors import LoadError, SegmentationError, VcfimgError
from vcfimg.loaders.damage import instance_name, quiet, refusing

ROOT = Path(vcfimg.__file__).parents[1]


def raised_codes(source):
    """First arguments of ``LoadError(...)`` and ``refusing(...)`` in a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("LoadError", "refusing"):
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value


LOADERS = ROOT / "vcfimg" / "loaders"
RAISING = sorted(
    str(path.relative_to(LOADERS)) for path in LOADERS.rglob("*.py") if set(raised_codes(path.read_text()))
)


def test_readers_of_pixels_raise_named_errors():
    assert {"volume_reader.py", "pixels/dataset.py", "pixels/slices.py", "pixels/stack_geometry.py"} <= set(RAISING)


@pytest.mark.parametrize("module", RAISING)
def test_every_code_is_documented(module):
    documented = (ROOT / "docs" / "errors.md").read_text()
    codes = set(raised_codes((LOADERS / module).read_text()))
    assert {code for code in codes if f"`{code}`" not in documented} == set()


def test_foreign_errors_become_the_refusal_without_their_text():
    with pytest.raises(LoadError) as caught, refusing("damaged_header", "the header cannot be read"):
        raise ValueError("MUSTERMANN^ERIKA")
    assert caught.value.code == "damaged_header"
    assert caught.value.message == "the header cannot be read (ValueError)"


def test_refusals_pass_through_unchanged():
    with pytest.raises(LoadError) as caught, refusing("damaged_header", "the header cannot be read"):
        raise LoadError("missing_slice", "a slice is missing")
    assert caught.value.code == "missing_slice"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_the_user_can_still_stop(error):
    with pytest.raises(error), refusing("damaged_header", "the header cannot be read"):
        raise error


class TimeLimit(VcfimgError):
    pass


class HardTimeLimit(BaseException):
    pass


OUTER = (TimeLimit("timeout", "not finished"), HardTimeLimit(), MemoryError(), SegmentationError("no_volumes", "none"))


@pytest.mark.parametrize("error", OUTER, ids=lambda error: type(error).__name__)
def test_what_the_file_is_not_to_blame_for_passes_through(error):
    with pytest.raises(type(error)) as caught, refusing("damaged_pixel_data", "cannot be decoded"):
        raise error
    assert caught.value is error


def wrapped(error, explicitly):
    """Raise `error` as libraries do that try one decoder after the other."""
    try:
        try:
            raise error
        except type(error) as inner:
            raise ValueError("no decoder") from (inner if explicitly else None)
    except ValueError as middle:
        raise RuntimeError("all decoders failed") from middle


@pytest.mark.parametrize("explicitly", [True, False])
@pytest.mark.parametrize("error", OUTER, ids=lambda error: type(error).__name__)
def test_and_also_when_a_library_wraps_it(error, explicitly):
    with pytest.raises(type(error)) as caught, refusing("damaged_pixel_data", "cannot be decoded"):
        wrapped(error, explicitly)
    assert caught.value is error


def test_a_refusal_wrapped_by_a_library_is_the_files_fault():
    with pytest.raises(LoadError) as caught, refusing("damaged_pixel_data", "cannot be decoded"):
        wrapped(LoadError("size_mismatch", "too large"), explicitly=True)
    assert caught.value.code == "damaged_pixel_data"


def test_quiet_ends_with_its_block(caplog):
    logger = logging.getLogger("pydicom")
    level = logger.level
    with quiet():
        warnings.warn("MUSTERMANN^ERIKA", UserWarning, stacklevel=1)
        logger.error("MUSTERMANN^ERIKA")
    assert logger.level == level
    assert not caplog.records
    with pytest.warns(UserWarning, match="after"):
        warnings.warn("after", UserWarning, stacklevel=1)


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        ("1.2.3", "instance 1.2.3"),
        ("1.2\n3", "an instance without a valid SOP Instance UID"),
        ("1.2\n", "an instance without a valid SOP Instance UID"),
        ("MUSTERMANN^ERIKA", "an instance without a valid SOP Instance UID"),
        (None, "an instance without a valid SOP Instance UID"),
        ("1" * 65, "an instance without a valid SOP Instance UID"),
    ],
)
def test_only_real_uids_are_printed(uid, name):
    assert instance_name(uid) == name
