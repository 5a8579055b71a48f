"""What is installed, and how it is started."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from pipelines.cli import app

ROOT = Path(__file__).parents[2]


def test_module_hands_over_to_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "vcfimg", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("vcfimg ")


def test_shell_completion_is_offered(run) -> None:
    assert "--install-completion" in run("--help").output
    assert app._add_completion


def test_help_names_no_file_of_the_checkout(run) -> None:
    commands = ("screen", "worklist", "inspect", "recommend", "explain", "evaluate", "phantom", "forget")
    for command in (*commands, "clinical check", "clinical template", "policy show"):
        assert "docs/" not in run(*command.split(), "--help").output


def test_development_code_stays_out_of_the_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    shipped = {"batch", "commands", "destinations", "node", "peers", "site", "sources"}
    folders = {path.parent.name for path in (ROOT / "pipelines").glob("*/__init__.py")}
    assert {f"pipelines/{name}" for name in folders - shipped} <= set(wheel["exclude"])


def test_the_wheel_runs_by_itself_and_holds_what_it_ships(tmp_path: Path) -> None:
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(built, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
        wheel.extractall(tmp_path / "installed")
    shipped = {str(path.relative_to(ROOT)) for path in ROOT.glob("vcfimg/**/*") if _tracked(path)}
    assert not shipped - names
    development = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert not [name for name in names for path in development["exclude"] if f"{name}/".startswith(f"{path}/")]
    assert not [name for name in names if name.startswith(("tests/", "sample_data/", "docs/"))]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    for arguments in (["--version"], ["screen", "--help"], ["policy", "show"]):
        command = [sys.executable, "-m", "vcfimg", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    where = [sys.executable, "-c", "import pipelines; print(pipelines.__file__)"]
    done = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(tmp_path))


def _tracked(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".so"}
