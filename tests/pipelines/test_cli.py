import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = ["screen", "worklist", "inspect", "recommend", "explain", "policy", "evaluate", "phantom"]


def vcfimg(*arguments: object) -> subprocess.CompletedProcess[str]:
    code = "from pipelines.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


def test_help_names_every_command():
    done = vcfimg("--help")
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command: str):
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_help_imports_nothing_heavy():
    heavy = ["numpy", "pydicom", "SimpleITK", "scipy", "skimage", "onnxruntime", "sqlalchemy", "jinja2", "rich"]
    code = f"import sys, pipelines.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_deciding_imports_no_image_library(tmp_path: Path):
    (tmp_path / "c.json").write_text('{"patients": []}')
    code = (
        "import sys\nfrom pipelines.cli import app\n"
        f"app(['recommend', '--clinical', {str(tmp_path / 'c.json')!r}, '--json'], standalone_mode=False)\n"
        "print([name for name in ('numpy', 'pydicom', 'scipy', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version_is_printed(run):
    from vcfimg import __version__

    assert run("--version").stdout.strip() == f"vcfimg {__version__}"


def test_unknown_command_is_unusable():
    assert vcfimg("sreen").returncode == 2


def test_unexpected_error_shows_no_traceback(tmp_path: Path):
    code = "import pipelines.cli as cli\ndef broken(): raise KeyError('NAME^SECRET')\ncli.app = broken\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "KeyError" in done.stderr
    assert "SECRET" not in done.stderr + done.stdout
